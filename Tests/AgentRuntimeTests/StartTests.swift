import Doubles
import Domain
import Glibc
import Synchronization
import Testing
import Wire

@testable import AgentRuntime

@Suite struct StartTests {
    private func start(_ url: String, _ directory: TemporaryDirectory, token: String?) throws -> AgentProcess {
        try AgentProcess(
            AgentConfiguration(url: url, stateDirectory: directory.path + "/a", name: "x", enrolmentToken: token))
    }

    @Test func `without a credential and a token there is nothing to start with`() throws {
        let fake = try FakeAssay()
        let directory = try TemporaryDirectory()
        #expect { try start(fake.url, directory, token: nil) } throws: { "\($0)".contains("not enrolled") }
        #expect { try start(fake.url, directory, token: "used") } throws: { "\($0)".contains("does not enrol") }
    }

    @Test func `the credential outlives the token and the process`() throws {
        let fake = try FakeAssay()
        let directory = try TemporaryDirectory()
        let first = try start(fake.url, directory, token: "token-1")
        #expect { try start(fake.url, directory, token: nil) } throws: { "\($0)".contains("another agent") }
        first.kill()
        #expect(first.waitUntilStopped() == .killed)
        let second = try start(fake.url, directory, token: nil)
        #expect(fake.wait { $0.sessions.count == 2 })
        second.kill()
        _ = second.waitUntilStopped()
        #expect(fake.state.withLock { $0.registered.count } == 1)
    }

    @Test func `a state directory that cannot be made is told`() throws {
        let directory = try TemporaryDirectory()
        directory.write("file", "")
        #expect(throws: AgentStartError.self) {
            try AgentProcess(
                AgentConfiguration(url: "http://127.0.0.1:1", stateDirectory: directory.path + "/file/a", name: "x"))
        }
    }

    @Test func `settings have defaults and tell all faults`() throws {
        let plain = AgentSettings(["HOME": "/home/me"], hostName: "box")
        #expect(plain.faults.isEmpty)
        #expect(plain.listing.map { "\($0.name)=\($0.value)" } == [
            "ASSAY_AGENT_URL=http://127.0.0.1:8080", "ASSAY_AGENT_HOME=/home/me/.local/state/assay-agent",
            "ASSAY_AGENT_NAME=box", "ASSAY_AGENT_LABELS=", "ASSAY_AGENT_SLOTS=2", "ASSAY_AGENT_ENROLMENT_TOKEN=",
            "ASSAY_AGENT_ENROLMENT_TOKEN_FILE=", "ASSAY_AGENT_CA_FILE=",
            "ASSAY_AGENT_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ])
        let directory = try TemporaryDirectory()
        directory.write("token", "abc\n")
        let full = AgentSettings(
            [
                "ASSAY_AGENT_URL": "https://assay.example.org", "ASSAY_AGENT_HOME": "/srv/a", "ASSAY_AGENT_SLOTS": "4",
                "ASSAY_AGENT_LABELS": "linux, gpu", "ASSAY_AGENT_ENROLMENT_TOKEN_FILE": directory.path + "/token",
                "ASSAY_AGENT_CA_FILE": "/ca.pem",
            ], hostName: "")
        #expect(full.faults.isEmpty && full.configuration.labels == ["linux", "gpu"] && full.configuration.slots == 4)
        #expect(full.configuration.enrolmentToken == "abc" && full.configuration.name == "agent")
        #expect(full.listing.contains { $0.name == "ASSAY_AGENT_ENROLMENT_TOKEN" && $0.value == "***" })
        let bad = AgentSettings(
            [
                "ASSAY_AGENT_URL": "assay", "ASSAY_AGENT_HOME": "here", "ASSAY_AGENT_SLOTS": "0",
                "ASSAY_AGENT_LABELS": "a b!",
            ], hostName: "x")
        #expect(bad.faults.count == 4)
    }

    @Test func `log lines are JSON with an event`() throws {
        let directory = try TemporaryDirectory()
        directory.write("log", "")
        let file = open(directory.path + "/log", O_WRONLY)
        AgentLog.jsonLines(to: file).warning("server.unavailable", ["why": "a \"word\""])
        let line = try #require(fileBytes(directory.path + "/log"))
        let document = try JSONParser.parse(Array(line.dropLast()))
        #expect(document["event"]?.string == "server.unavailable" && document["level"]?.string == "warning")
        #expect(document["why"]?.string == "a \"word\"" && document["role"]?.string == "agent")
    }

    @Test func `events are read however the stream is cut`() {
        let text = ": hi\r\n\r\nid: 7.1\nevent: offer\ndata: {\ndata: }\n\ndata:x\n\nevent: empty\n\nretry: 5\n\n"
        for chunk in [1, 2, 5, 500] {
            var parser = EventParser()
            var events: [ServerEvent] = []
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                events += parser.feed(bytes[start..<min(start + chunk, bytes.count)])
            }
            #expect(events == [
                ServerEvent(id: "7.1", name: "offer", data: "{\n}"), ServerEvent(id: nil, name: "message", data: "x"),
            ])
        }
    }
}
