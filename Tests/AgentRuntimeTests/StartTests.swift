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
        #expect(fake.wait { $0.sessions.count == 1 })
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
        let plain = AgentSettings(["HOME": "/home/me", "ASSAY_URL": "http://assay:80"], hostName: "box")
        #expect(plain.faults.isEmpty)
        #expect(
            plain.listing.map { "\($0.name)=\($0.value)" } == [
                "ASSAY_AGENT_URL=http://assay:80", "ASSAY_AGENT_HOME=/home/me/.local/state/assay-agent",
                "ASSAY_AGENT_NAME=box", "ASSAY_AGENT_LABELS=", "ASSAY_AGENT_SLOTS=2", "ASSAY_AGENT_ENROLMENT_TOKEN=",
                "ASSAY_AGENT_ENROLMENT_TOKEN_FILE=", "ASSAY_AGENT_CA_FILE=",
                "ASSAY_AGENT_PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "ASSAY_AGENT_MAX_FILE_MB=1024", "ASSAY_AGENT_MAX_MEMORY_MB=0",
            ])
        let directory = try TemporaryDirectory()
        directory.write("token", "abc\n")
        let full = AgentSettings(
            [
                "ASSAY_AGENT_URL": "https://assay.example.org", "ASSAY_AGENT_HOME": "/srv/a", "ASSAY_AGENT_SLOTS": "4",
                "ASSAY_AGENT_LABELS": "linux, gpu", "ASSAY_AGENT_ENROLMENT_TOKEN_FILE": directory.path + "/token",
                "ASSAY_AGENT_CA_FILE": "/ca.pem", "ASSAY_AGENT_MAX_MEMORY_MB": "64",
            ], hostName: "")
        #expect(full.faults.isEmpty && full.configuration.labels == ["linux", "gpu"] && full.configuration.slots == 4)
        #expect(full.configuration.enrolmentToken == "abc" && full.configuration.name == "agent")
        #expect(full.configuration.limits.memoryBytes == 64 << 20)
        #expect(full.listing.contains { $0.name == "ASSAY_AGENT_ENROLMENT_TOKEN" && $0.value == "***" })
        let bad = AgentSettings(
            [
                "ASSAY_AGENT_URL": "assay", "ASSAY_AGENT_HOME": "here", "ASSAY_AGENT_SLOTS": "0",
                "ASSAY_AGENT_LABELS": "a b!", "ASSAY_AGENT_MAX_FILE_MB": "-1",
            ], hostName: "x")
        #expect(bad.faults.count == 5)
    }

    @Test func `an answer that is lost is asked for again with the same mark, also by the next life`() throws {
        let fake = try FakeAssay()
        let directory = try TemporaryDirectory()
        let nonces = Mutex<[String?]>([])
        let lost = Mutex(2)
        fake.intercept { request in
            guard request.path.hasSuffix("/register") else { return nil }
            let nonce = (try? decodeJSON(RegisterAgentRequest.self, request.body))?.nonce
            nonces.withLock { $0.append(nonce) }
            return lost.withLock { left in
                left -= 1
                return left == 1 ? .reply(503) : left == 0 ? FakeAssay.problem(401, "unauthorized") : nil
            }
        }
        func register() throws -> AgentCredential {
            try AgentCredential.obtain(
                AgentConfiguration(url: fake.url, stateDirectory: directory.path, name: "x", enrolmentToken: "token-1"))
        }
        #expect(throws: AgentStartError.self) { try register() }
        _ = try register()
        let seen = nonces.withLock { $0 }
        #expect(seen.count == 3 && Set(seen).count == 1)
        #expect(seen.first??.utf8.count == 64)
        // Enrolled: the mark has done its work.
        #expect(access(directory.path + "/agent.json.nonce", F_OK) != 0)
    }

    @Test func `a fresh token replaces a stored identity, a used one does not`() throws {
        let fake = try FakeAssay()
        let directory = try TemporaryDirectory()
        func register(_ token: String) throws -> AgentCredential {
            try AgentCredential.obtain(
                AgentConfiguration(url: fake.url, stateDirectory: directory.path, name: "x", enrolmentToken: token))
        }
        let first = try register("token-1")
        #expect(try register("token-1") == first && register("used") == first)
        directory.write(
            "agent.json",
            String(decoding: try encodeJSON(first), as: UTF8.self).replacing("tokenMark\":\"", with: "tokenMark\":\"0"))
        #expect(try register("token-1") != first)
    }
}
