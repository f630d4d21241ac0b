import Domain
import Testing
import Wire

@testable import AgentRuntime

@Suite struct RedactionTests {
    private func redact(_ text: String, _ secrets: [String], chunk: Int) -> String {
        var redactor = Redactor(SecretForms(secrets))
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            out += Array(bytes[start..<min(start + chunk, bytes.count)]).withUnsafeBytes { redactor.feed($0) }
        }
        out += redactor.finish()
        return String(decoding: out, as: UTF8.self)
    }

    @Test(arguments: [1, 2, 3, 7, 1_000])
    func `a secret is masked however the stream is cut`(chunk: Int) {
        #expect(redact("a sesame b sesamesesame c sesam", ["sesame"], chunk: chunk) == "a •••• b •••••••• c sesam")
        #expect(redact("abcabd", ["abd", "abcabe"], chunk: chunk) == "abc••••")
        #expect(redact("xab-abc", ["ab", "abc"], chunk: chunk) == "x••••-••••")
    }

    @Test func `other spellings are masked too`() {
        let secret = "p@ss word/ÿ\"1"
        #expect(redact("x cEBzcyB3b3JkL8O/IjE= y", [secret], chunk: 4) == "x ••••= y")
        #expect(redact("x p%40ss%20word%2F%C3%BF%221 y", [secret], chunk: 5) == "x •••• y")
        #expect(redact("x p%40ss%20word%2f%c3%bf%221 y", [secret], chunk: 5) == "x •••• y")
        #expect(redact("x p%40ss+word%2F%C3%BF%221 y", [secret], chunk: 5) == "x •••• y")
        #expect(redact(#"x p@ss word/ÿ\"1 y"#, [secret], chunk: 5) == "x •••• y")
        // base64("user:opensesame") and shifted by one and two bytes
        for encoded in ["dXNlcjpvcGVuc2VzYW1l", "YXVzZXI6b3BlbnNlc2FtZQ", "YWF1c2VyOm9wZW5zZXNhbWU"] {
            #expect(!redact(encoded, ["opensesame"], chunk: 3).contains(encoded.suffix(6)))
            #expect(redact(encoded, ["opensesame"], chunk: 3).contains("••••"))
        }
    }

    @Test func `the lines of a key are masked one by one`() {
        #expect(redact("-> MIIEowIBAAKC <-", ["BEGIN\nMIIEowIBAAKC\nEND"], chunk: 6) == "-> •••• <-")
    }

    @Test func `without secrets nothing is touched`() {
        #expect(redact("plain", ["", ""], chunk: 2) == "plain")
        #expect(SecretForms([]).redact("plain") == "plain")
    }

    @Test func `no trace of an attempt shows a secret`() throws {
        let secrets = ["TOKEN": "open-sesame-42"]
        let steps = [
            shell(
                "printf 'open-se'; sleep 0.05; echo same-42; echo '${secret:TOKEN}' | base64 >&2",
                capture: ["t": Capture(from: .stdout)]),
            StepDefinition(
                name: "more", command: CommandAction(shell: "echo ${t}; seq 1 9000; echo ${t}", env: ["T": "${t}"]),
                expect: Expect(stdout: .contains("${secret:TOKEN}"))),
            StepDefinition(
                name: "request",
                http: HTTPAction(
                    url: "http://127.0.0.1:1/?token=${secret:TOKEN}", headers: ["X-Token": "${t}"], body: "${t}")),
            StepDefinition(name: "last", command: CommandAction(argv: ["no-${secret:TOKEN}"]), always: true),
        ]
        let run = try AttemptRun(assignment(steps, secrets: secrets))
        #expect(run.statuses == [.passed, .passed, .error, .error])
        let trace = String(decoding: try encodeJSON(run.steps), as: UTF8.self)
        #expect(!trace.contains("sesame-42") && trace.contains("••••"))
        #expect(!(run.outcome.error?.message.contains("sesame") ?? true))
        for artifact in run.artifacts {
            let text = String(decoding: try #require(fileBytes(artifact.path)), as: UTF8.self)
            #expect(!text.contains("sesame") && text.contains("••••"))
        }
        #expect(run.steps.first?.output?.captures == ["t": "••••"])
    }

    @Test func `text is cut at characters`() {
        #expect(boundedText(Array("aé".utf8), 2) == "a")
        #expect(boundedText(Array("ab".utf8), 2) == "ab")
        #expect(boundedText([255, 255], 4) == "\u{fffd}")
    }
}
