import Domain
import Doubles
import Glibc
import Synchronization
import Testing
import Wire

@testable import AgentRuntime

@Suite struct LiveOutputTests {
    /// A pipe file: a step waits at it until the test lets it go on.
    private final class Gate: Sendable {
        let directory: TemporaryDirectory
        var path: String { directory.path + "/gate" }

        init() throws {
            directory = try TemporaryDirectory()
            mkfifo(path, 0o600)
        }

        /// Shell text that waits.
        var wait: String { "read line < \(path)" }

        func open() {
            let file = Glibc.open(path, O_WRONLY)
            _ = write(file, "go\n", 3)
            close(file)
        }
    }

    private func text(_ chunks: [OutputChunk], _ stream: OutputStream = .stdout) -> String {
        chunks.flatMap(\.pieces).filter { $0.stream == stream }.map(\.text).joined()
    }

    @Test func `a step is seen while it runs and the rest comes with its result`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let gate = try Gate()
        let work = assignment([shell("echo quick"), shell("echo one; echo bad >&2; \(gate.wait); echo two")])
        fake.offer(work)
        #expect(
            fake.wait { state in
                let chunks = state.output[work.execution.description] ?? []
                return text(chunks) == "one\n" && text(chunks, .stderr) == "bad\n"
            })
        #expect(fake.steps(work).count == 1)
        gate.open()
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        let chunks = fake.output(work)
        #expect(text(chunks) == "one\ntwo\n")
        // Offsets count what was not sent as well, and end where the results end.
        #expect(chunks.first?.at == 6 && chunks.first?.step == 2)
        let bytes = fake.steps(work).compactMap(\.output).reduce(0) {
            $0 + ($1.stdout?.bytes ?? 0) + ($1.stderr?.bytes ?? 0)
        }
        #expect(chunks.last.map { $0.at + $0.bytes } == bytes)
        withExtendedLifetime(agent) {}
    }

    @Test func `quick steps cost nothing`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let work = assignment((1...20).map { shell("echo \($0)") })
        fake.offer(work)
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        #expect(fake.output(work).isEmpty)
        withExtendedLifetime(agent) {}
    }

    @Test func `a secret that is printed in two parts is never sent`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let gate = try Gate()
        gate.directory.write("half", "hunter")
        gate.directory.write("rest", "2-secret")
        let place = gate.directory.path
        let work = assignment(
            [shell("echo begin; cat \(place)/half; \(gate.wait); cat \(place)/rest; echo; echo end")],
            secrets: ["PASSWORD": "hunter2-secret"])
        fake.offer(work)
        #expect(fake.wait { text($0.output[work.execution.description] ?? []).hasPrefix("begin\n") })
        gate.open()
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        #expect(text(fake.output(work)) == "begin\n\(SecretForms.mask)\nend\n")
        #expect(!fake.requests.contains { String(decoding: $0.body, as: UTF8.self).contains("hunter") })
        withExtendedLifetime(agent) {}
    }

    @Test func `a server that does not answer never slows a step`() throws {
        let fake = try FakeAssay()
        let gate = try Gate()
        let marker = gate.directory.path + "/done"
        let isBlocked = Mutex(false)
        fake.intercept { request in
            guard request.path.hasSuffix("/output") else { return nil }
            isBlocked.withLock { $0 = true }
            // Not answered before the step has printed all: a step that waited for this would never end.
            _ = Doubles.Bell().wait(timeoutMs: 8_000) { access(marker, F_OK) == 0 }
            return nil
        }
        let agent = try AgentUnderTest(fake)
        let work = assignment([
            shell("echo first; \(gate.wait); head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last; touch \(marker)")
        ])
        fake.offer(work)
        #expect(fake.wait { _ in isBlocked.withLock { $0 } })
        gate.open()
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        let chunks = fake.output(work)
        #expect(text(chunks).hasPrefix("first\n") && text(chunks).hasSuffix("x\nlast\n"))
        #expect(chunks.reduce(0) { $0 + $1.bytes } < 600_000)
        #expect(chunks.last.map { $0.at + $0.bytes } == fake.steps(work).first?.output?.stdout?.bytes)
        withExtendedLifetime(agent) {}
    }

    @Test func `output that is refused costs the steps nothing`() throws {
        let fake = try FakeAssay()
        fake.intercept { $0.path.hasSuffix("/output") ? FakeAssay.problem(422, "validation") : nil }
        let agent = try AgentUnderTest(fake)
        let gate = try Gate()
        let work = assignment([shell("echo one; \(gate.wait); echo two")])
        fake.offer(work)
        #expect(fake.wait { !$0.running.isEmpty })
        gate.open()
        #expect(fake.waitForFinish(work)?.verdict == .passed)
        #expect(fake.steps(work).first?.output?.stdout?.head == "one\ntwo\n")
        withExtendedLifetime(agent) {}
    }

    @Test func `a chatty step is posted at most four times a second`() throws {
        let fake = try FakeAssay()
        let agent = try AgentUnderTest(fake)
        let work = assignment([shell("i=0; while [ $i -lt 100 ]; do echo $i; i=$((i+1)); sleep 0.01; done")])
        fake.offer(work)
        let finish = fake.waitForFinish(work)
        #expect(finish?.verdict == .passed)
        let durationMs = fake.steps(work).first?.durationMs ?? 0
        let posts = fake.requests.filter { request in
            request.path == "/agent/v1/reports"
                && String(decoding: request.body, as: UTF8.self).contains("\"output\":[{\"")
        }
        #expect(posts.count >= 2 && Int64(posts.count) <= durationMs / 250 + 2)
        #expect(text(fake.output(work)) == (0..<100).map { "\($0)\n" }.joined())
        withExtendedLifetime(agent) {}
    }
}
