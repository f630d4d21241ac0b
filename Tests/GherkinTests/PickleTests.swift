import Testing

@testable import Gherkin

@Suite struct PickleTests {
    private func pickles(_ text: String) throws -> [Pickle] {
        var ids = IDSequence()
        return try GherkinDocument(parsing: text, ids: &ids).pickles(ids: &ids)
    }

    @Test func `rows become pickles with the steps of backgrounds and all tags`() throws {
        let found = try pickles(
            """
            @f
            Feature: f
              Background:
                Given base
              @r
              Rule: r
                Background:
                  And rule
                @s
                Scenario: buy <n>
                  And <n> of <what> <none>
                    | <n> |
                    \"\"\"<what>
                    <n>
                    \"\"\"
                  @e
                  Examples:
                    | n | what |
                    | 1 | $1\\\\ |
                    | 2 | <n>  |
            """)
        #expect(found.map(\.name) == ["buy 1", "buy 2"])
        #expect(found[0].tags.map(\.name) == ["@f", "@r", "@s", "@e"])
        #expect(found[0].steps.map(\.text) == ["base", "rule", "1 of $1\\ <none>"])
        #expect(found[0].steps.map(\.type) == [.context, .context, .context])
        #expect(found[0].steps[2].docString == PickleDocString(argumentIndex: 2, mediaType: "$1\\", content: "1"))
        #expect(found[0].steps[2].dataTable == PickleTable(argumentIndex: 1, rows: [["1"]]))
        // Names are put in one after the other: what a value brings is not read again for earlier names.
        #expect(found[1].steps[2].text == "2 of <n> <none>")
        #expect(found[1].location == Location(line: 20, column: 9))
    }

    @Test func `a scenario without steps runs none of the background's`() throws {
        let found = try pickles("Feature: f\n Background:\n  Given x\n Scenario: s\n Scenario: t\n  But y\n")
        #expect(found.map(\.steps.count) == [0, 2])
        #expect(found[1].steps.map(\.type) == [.context, .context])
    }

    @Test func `a conjunction after nothing has an unknown type`() throws {
        #expect(try pickles("Feature: f\n Scenario: s\n  And y\n")[0].steps[0].type == .unknown)
    }

    @Test func `examples without rows or table give nothing`() throws {
        #expect(try pickles("Feature: f\n Scenario: s\n  Given <a>\n  Examples:\n  Examples:\n   |a|\n").isEmpty)
    }
}
