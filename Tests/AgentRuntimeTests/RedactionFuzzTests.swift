import Domain
import Testing
import Wire

@testable import AgentRuntime

/// Secrets are made of capitals and marks, all that stands around them of small letters: one capital that is shown is
/// a part of a secret that is shown.
@Suite struct RedactionFuzzTests {
    private static let secrets = ["SE-CRET+KEY/7", "ET+KEY/7=TAIL", "FIRST-LINE-X\nSECOND_LINE_X\nX", "Q"]

    private func isLeaking(_ text: String) -> Bool { text.utf8.contains { (65...90).contains($0) } }

    /// A text of `length` small letters with secrets anywhere: alone, side by side, overlapping.
    private func text(_ generator: inout SplitMix, _ secrets: [String], length: Int) -> String {
        var text = ""
        while text.utf8.count < length {
            text += String(repeating: "x", count: Int.random(in: 0...40, using: &generator))
            guard var secret = secrets.randomElement(using: &generator) else { return text }
            // The end of the first is the start of the second.
            if secret == "SE-CRET+KEY/7", Bool.random(using: &generator) { secret += "=TAIL" }
            text += secret
        }
        return text
    }

    @Test(arguments: 0..<200)
    func `no part of a secret gets through a stream, however it is cut`(seed: Int) {
        var generator = SplitMix(UInt64(seed))
        let bytes = Array(text(&generator, Self.secrets, length: 300).utf8)
        var redactor = Redactor(SecretForms(Self.secrets))
        var out: [UInt8] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...30, using: &generator))
            out += Array(bytes[start..<end]).withUnsafeBytes { redactor.feed($0) }
            start = end
        }
        out += redactor.finish()
        let shown = String(decoding: out, as: UTF8.self)
        #expect(!isLeaking(shown), "\(shown)")
        #expect(shown == SecretForms(Self.secrets).redact(String(decoding: bytes, as: UTF8.self)))
    }

    @Test(arguments: 0..<50)
    func `no part of a secret is shown by a window or an excerpt`(seed: Int) {
        var generator = SplitMix(UInt64(seed))
        let forms = SecretForms(Self.secrets)
        let text = text(&generator, Self.secrets, length: 120)
        for lower in 0...text.utf8.count {
            let upper = Int.random(in: lower...text.utf8.count, using: &generator)
            #expect(!isLeaking(forms.redact(text, only: lower..<upper)))
            #expect(!isLeaking(forms.excerpt(text, codePoints: lower)))
        }
        #expect(forms.redact(text, only: 0..<text.utf8.count) == forms.redact(text))
    }

    @Test func `a secret at any place of a stream is not shown by its ends`() throws {
        let directory = try TemporaryDirectory()
        let forms = SecretForms(Self.secrets)
        for offset in stride(from: -20, through: 20, by: 1) {
            for edge in [StreamCapture.excerptBytes, 64] {
                let capture = StreamCapture(forms, path: directory.path + "/stream", matchedEndBytes: 64)
                let before = String(repeating: "x", count: edge + offset)
                // As long again behind it, so that the same secret stands on the edge of the tail, too.
                let after = String(repeating: "x", count: edge + offset)
                let middle = String(repeating: "x", count: 3 * edge)
                var text = before + "SE-CRET+KEY/7=TAIL" + middle + "SE-CRET+KEY/7=TAIL" + after
                text.withUTF8 { capture.feed(UnsafeRawBufferPointer($0)) }
                capture.finish()
                let excerpt = capture.excerpt(artifact: nil)
                #expect(!isLeaking(excerpt.head) && !isLeaking(excerpt.tail), "\(edge) \(offset)")
                #expect(!isLeaking(forms.redact(capture.matchedText)), "\(edge) \(offset)")
            }
        }
    }

    @Test func `a secret at any place of what is judged is not shown`() throws {
        let secret = "SE-CRET+KEY/7=TAIL"
        for offset in Array(170...210) + Array(970...1_010) {
            let filler = String(repeating: "x", count: offset)
            let step = StepDefinition(
                name: "s",
                command: CommandAction(argv: ["printf", "%s", filler + "${secret:A}${secret:B}xxxx"]),
                expect: Expect(stdout: .equals(filler + "${secret:A}no")))
            let run = try AttemptRun(assignment([step], secrets: ["A": "SE-CRET+KEY/7", "B": "=TAIL"]))
            let check = try #require(run.steps.first?.checks?.last)
            #expect(
                !isLeaking(check.actual.text) && !isLeaking(check.expected.text), "\(offset)")
            #expect(run.outcome.error.map { isLeaking($0.message) } == false)
        }
        // In a document: across its parts, and where its text is cut.
        for offset in Array(stride(from: 960, through: 1_010, by: 1)) {
            let member = String(repeating: "x", count: offset)
            var judge = Judge(
                scope: try scope(secrets: [secret, "KEY\",\"b\":\"VALUE"]),
                facts: facts(body: "{\"a\":{\"a\":\"\(member)KEY\",\"b\":\"VALUE\",\"c\":\"\(secret)\"}}"))
            let step = StepDefinition(
                name: "s", http: HTTPAction(url: "http://a"), expect: Expect(json: ["/a": "no"]))
            let error = try #require(try judge.judge(step))
            #expect(!isLeaking(judge.checks.last?.actual.text ?? "SHOWN"), "\(offset)")
            #expect(!isLeaking(error.message.replacing("JSON", with: "")))
        }
    }

    @Test func `a capture that cuts a secret does not show the rest`() throws {
        let captures = ["v": Capture(from: .stdout, regex: "k=(.{8})"), "w": Capture(from: .stdout, regex: "....$")]
        let run = try AttemptRun(
            assignment(
                [
                    shell("printf '%s' 'k=${secret:A}'", capture: captures),
                    shell("[ '${v}' = SE-CRET+ ] && [ '${w}' = EY/7 ]"),
                ], secrets: ["A": "SE-CRET+KEY/7"]))
        #expect(run.statuses == [.passed, .passed])
        #expect(run.steps.first?.output?.captures == ["v": "••••", "w": "••••"])
    }

    @Test func `a secret in the name of a file is not part of the artifact's name`() throws {
        var step = shell("echo x > a-SECRETNAME.log")
        step.command?.artifacts = ["*.log"]
        let run = try AttemptRun(assignment([step], secrets: ["A": "SECRETNAME"]))
        #expect(run.artifacts.map { isLeaking($0.name) } == [false])
    }

    private func scope(secrets: [String]) throws -> StepScope {
        let directory = try TemporaryDirectory()
        return StepScope(
            sequence: 1, variables: Variables(parameters: [:], environment: [:], secrets: [:]),
            forms: SecretForms(secrets), workspace: try Workspace(root: directory.path),
            bounds: StepBounds(deadlineMs: .max, deadlineMeans: .stepTimeout, drop: Latch()), clock: .system,
            path: "", limits: CommandLimits(), programs: .installed, live: nobody())
    }

    private func facts(body: String) -> StepFacts {
        var facts = StepFacts()
        facts.status = 200
        facts.body = body
        return facts
    }
}

/// Numbers that are the same for the same seed.
private struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
