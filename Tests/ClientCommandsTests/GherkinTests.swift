import Domain
import Synchronization
import Testing

@testable import ClientCommands

@Suite struct GherkinTests {
    private final class Printed: Sendable {
        let text = Mutex("")
    }

    private func assay(_ arguments: [String], input: String = "") -> (code: Int32, lines: [String]) {
        let printed = Printed()
        let context = ClientContext(
            configDirectory: "/nowhere", write: { text in printed.text.withLock { $0 += text } },
            readInput: { Array(input.utf8) }, now: { Timestamp(milliseconds: 0) })
        let (code, _) = runAssay(["gherkin"] + arguments, context)
        return (code, printed.text.withLock { $0 }.split(separator: "\n").map(String.init))
    }

    @Test(
        arguments: [
            (["match", "a {int}", "a 7"], 0), (["match", "a {int}", "b"], 1), (["match", "{nope}", "b"], 2),
            (["match", "--", "", ""], 0), (["match", "--", "-{int}", "-5"], 0), (["match", "--regexp", "(", "x"], 2),
            (["match", "--parameter-type", "c=red", "--parameter-type", "c=blue", "{c}", "blue"], 0),
            (["match", "--parameter-type", "int=x", "{int}", "x"], 2),
            (["match", "--parameter-type", "c", "{c}", "x"], 2),
            (["tags", "not @a", "@a"], 1), (["tags", "", "@a"], 0), (["tags", "--", "-x", "-x"], 0),
            (["tags", "a b"], 2),
            (["expression", "--format", "regexp", "a/b"], 0), (["expression", "--format", "ast", "(a"], 2),
            (["parse", "/nowhere/at-all.feature"], 2), (["parse", "--format", "nope", "-"], 2),
        ] as [([String], Int32)])
    func `exit codes say how it went`(arguments: [String], code: Int32) {
        #expect(assay(arguments).code == code)
    }

    @Test(arguments: [
        ("ast", ["gherkinDocument"]), ("pickles", ["pickle"]), ("messages", ["source", "gherkinDocument", "pickle"]),
    ])
    func `standard input is parsed into what was asked for`(format: String, names: [String]) {
        let found = assay(["parse", "--format", format, "-"], input: "Feature: f\n Scenario: s\n  Given x\n")
        #expect(found.code == 0)
        #expect(found.lines.map { String($0.dropFirst(2).prefix { $0 != "\"" }) } == names)
    }

    @Test func `a file with errors prints only them, and others are still parsed`() {
        let found = assay(["parse", "-", "-"], input: "nonsense\n")
        #expect(found.code == 1)
        #expect(
            found.lines
                == Array(
                    repeating: """
                        {"parseError":{"source":{"uri":"-","location":{"line":1,"column":1}},"message":"(1:1): expected: #EOF, \
                        #Language, #TagLine, #FeatureLine, #Comment, #Empty, got 'nonsense'"}}
                        """, count: 2))
    }
}
