import Domain
@testable import Executions
import Feed
import Glibc
import MariaDB
import Testing
import Wire

@Suite struct AgentTests {
    @Test func `an enrolment token works once and expires`() throws {
        let bench = try Bench()
        let enrol = EnrolAgent(pool: bench.pool)
        let request = { (token: String) in
            RegisterAgentRequest(token: token, name: "a-1", labels: [], slots: 1, protocol: .init(min: 1, max: 1))
        }
        let token = try enrol.issueToken(project: bench.project, by: nil, expiresInMs: 60_000).token
        let credential = try enrol.register(request(token)).credential
        #expect(throws: ExecutionFault.unauthorized) { try enrol.register(request(token)) }
        #expect(throws: ExecutionFault.unauthorized) { try enrol.register(request("asye_nothing")) }
        let late = try enrol.issueToken(project: nil, by: nil, expiresInMs: 60_000).token
        try bench.execute(
            "UPDATE enrolment_tokens SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE used_at IS NULL")
        #expect(throws: ExecutionFault.unauthorized) { try enrol.register(request(late)) }
        let open = OpenSession(pool: bench.pool)
        let agent = try #require(try open.authenticate(credential: credential))
        #expect(try open.authenticate(credential: credential + "x") == nil)
        let stored = try bench.pool.read {
            try $0.query("SELECT credential_sha256 FROM agents").first?.bytes("credential_sha256")
        }
        #expect(stored?.count == 32)
        try AgentAdministration(pool: bench.pool).revoke(agent)
        #expect(try open.authenticate(credential: credential) == nil)
    }

    @Test func `a registration whose answer was lost is answered again`() throws {
        let bench = try Bench()
        let enrol = EnrolAgent(pool: bench.pool)
        let token = try enrol.issueToken(project: nil, by: nil, expiresInMs: 60_000).token
        func request(_ nonce: String?, name: String = "a-1") -> RegisterAgentRequest {
            RegisterAgentRequest(
                token: token, name: name, labels: [], slots: 1, protocol: .init(min: 1, max: 1), nonce: nonce)
        }
        let nonce = String(repeating: "n", count: 64)
        let first = try enrol.register(request(nonce))
        #expect(try enrol.register(request(nonce)) == first)
        #expect(try OpenSession(pool: bench.pool).authenticate(credential: first.credential) == first.agent.id)
        for other in [
            request(nil), request(String(repeating: "m", count: 64)), request(nonce, name: "a-2"),
        ] { #expect(throws: ExecutionFault.unauthorized) { try enrol.register(other) } }
        try bench.execute("UPDATE enrolment_tokens SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
        #expect(throws: ExecutionFault.unauthorized) { try enrol.register(request(nonce)) }
        try bench.execute("UPDATE enrolment_tokens SET expires_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR")
        try AgentAdministration(pool: bench.pool).revoke(first.agent.id)
        #expect(throws: ExecutionFault.unauthorized) { try enrol.register(request(nonce)) }
    }

    /// Milliseconds that the session's lease still has.
    private func lease(_ caller: AgentCaller, _ bench: Bench) throws -> Int64 {
        try bench.pool.transaction { tx in
            let row = try tx.first("SELECT lease_until FROM agent_sessions WHERE id = \(caller.session)")
            return try row.map { try $0.time("lease_until").milliseconds(since: tx.now) } ?? -1
        }
    }

    @Test func `accept shortens the lease of an idle session and leaves a busy one alone`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        for _ in 0..<2 { _ = try bench.start(one) }
        let agent = try bench.agent()
        try bench.settle()
        let beat = Beat(pool: bench.pool)
        _ = try beat.beat(HeartbeatRequest(inventory: [], streamOpen: true), by: agent)
        #expect(try lease(agent, bench) > 20_000)
        let offers = try bench.offers(agent)
        _ = try bench.accept(offers[0], agent)
        let short = try lease(agent, bench)
        #expect(short <= 4000 && short > 0)
        // An inventory written before the accept does not make the lease long again.
        let reply = try beat.beat(HeartbeatRequest(inventory: [], streamOpen: true), by: agent)
        #expect(reply.leaseMs == 4000 && reply.beatMs == 1000)
        #expect(try lease(agent, bench) <= 4000)
        // A busy session is only read: its row may be locked by somebody else.
        try bench.pool.transaction { tx in
            _ = try tx.execute("UPDATE agent_sessions SET draining = FALSE WHERE id = \(agent.session)")
            _ = try bench.accept(offers[1], agent)
        }
    }

    @Test func `bad registrations and sessions name the field`() throws {
        let bench = try Bench()
        let token = try EnrolAgent(pool: bench.pool).issueToken(project: nil, by: nil, expiresInMs: 1).token
        #expect(throws: ExecutionFault.self) {
            try EnrolAgent(pool: bench.pool).register(
                RegisterAgentRequest(
                    token: token, name: "has space", labels: [], slots: 1, protocol: .init(min: 2, max: 3)))
        }
        let agent = try bench.agent()
        for bad in [
            OpenSessionRequest(protocol: 9, labels: [], slots: 1, isolation: "none"),
            OpenSessionRequest(protocol: 1, labels: ["a b"], slots: 1, isolation: "none"),
            OpenSessionRequest(protocol: 1, labels: [], slots: 0, isolation: "none"),
        ] {
            #expect(throws: ExecutionFault.self) { try OpenSession(pool: bench.pool).open(agent.agent, bad) }
        }
    }

    @Test func `a beat renews the lease, orders cancels, drops strangers and offers when the stream is closed`() throws
    {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let beat = Beat(pool: bench.pool)
        let closed = try beat.beat(HeartbeatRequest(inventory: [], streamOpen: false), by: agent)
        #expect(closed.offers.map(\.execution) == [id] && closed.beatMs == 1000)
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        let stranger = Holding(execution: ID(at: Timestamp(milliseconds: 1)), fence: 1)
        let busy = try beat.beat(HeartbeatRequest(inventory: [offer, stranger], streamOpen: true), by: agent)
        #expect(busy.drop == [stranger] && busy.cancel.isEmpty && busy.leaseMs == 4000 && busy.offers.isEmpty)
        try CancelExecution(pool: bench.pool).cancel(
            id, project: bench.project, by: nil, name: "Alice", reason: "enough")
        let cancel = try beat.beat(HeartbeatRequest(inventory: [offer], streamOpen: true), by: agent)
        #expect(cancel.cancel == [CancelOrder(execution: id, fence: offer.fence, reason: "enough")])
        #expect(try bench.finish(offer, agent, .passed).status == .cancelled)
        try AgentAdministration(pool: bench.pool).drain(agent.agent)
        #expect(try beat.beat(HeartbeatRequest(inventory: [], streamOpen: true), by: agent).drain)
        let replaced = AgentCaller(agent: agent.agent, session: try bench.openSession(agent.agent))
        #expect(throws: ExecutionFault.sessionEnded) {
            try beat.beat(HeartbeatRequest(inventory: [], streamOpen: true), by: agent)
        }
        #expect(try beat.beat(HeartbeatRequest(inventory: [], streamOpen: true), by: replaced).drain == false)
    }

    @Test func `running work missing from two inventories is lost`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        let beat = Beat(pool: bench.pool)
        let empty = HeartbeatRequest(inventory: [], streamOpen: true)
        _ = try beat.beat(empty, by: agent)
        _ = try beat.beat(empty, by: agent)
        #expect(try bench.status(id) == .running, "younger than five seconds")
        try bench.execute("UPDATE work_items SET accepted_at = accepted_at - INTERVAL 6 SECOND")
        _ = try beat.beat(empty, by: agent)
        _ = try beat.beat(HeartbeatRequest(inventory: [offer], streamOpen: true), by: agent)
        _ = try beat.beat(empty, by: agent)
        #expect(try bench.status(id) == .running, "one miss is forgiven")
        _ = try beat.beat(empty, by: agent)
        #expect(try bench.status(id) == .retrying)
        try bench.settle()
        #expect(try bench.offers(agent).first?.fence == 3)
    }

    @Test func `cancelling follows the state: waiting at once, running by grace`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        let waiting = try bench.start(one)
        let cancel = CancelExecution(pool: bench.pool)
        try cancel.cancel(
            waiting, project: bench.project, by: UUIDv7(at: Timestamp(milliseconds: 1)), name: "Alice", reason: nil)
        #expect(try bench.status(waiting) == .cancelled)
        let other = try Bench.makeProject("other", bench.pool)
        #expect(throws: ExecutionFault.notFound) {
            try cancel.cancel(waiting, project: other, by: nil, name: "x", reason: nil)
        }
        let running = try bench.start(one)
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        try cancel.cancel(running, project: bench.project, by: nil, name: "Alice", reason: nil)
        try cancel.cancel(running, project: bench.project, by: nil, name: "Alice", reason: nil)
        #expect(try bench.events(running).filter { $0 == "execution.cancelRequested" }.count == 1)
        #expect(try bench.status(running) == .running)
        try bench.execute(
            "UPDATE work_items SET cancel_requested_at = cancel_requested_at - INTERVAL 16 SECOND WHERE state = 'running'"
        )
        try bench.settle()
        #expect(try bench.status(running) == .cancelled)
        let offered = try bench.start(one)
        try bench.settle()
        let taken = try #require(try bench.offers(agent).first)
        try cancel.cancel(offered, project: bench.project, by: nil, name: "Alice", reason: nil)
        #expect(throws: ExecutionFault.staleFence) { try bench.accept(taken, agent) }
    }

    @Test func `artifacts are kept by content and seen only after the winning finish`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        let directory = "/tmp/assay-artifacts-\(getpid())-\(id)"
        mkdir(directory, 0o700)
        defer { _ = system("rm -rf \(directory)") }
        let store = ArtifactStore(pool: bench.pool, directory: directory + "/store")
        func file(_ text: String) -> String {
            let path = directory + "/upload"
            let handle = fopen(path, "w")
            fputs(text, handle)
            fclose(handle)
            return path
        }
        let put = { (name: String) in
            try store.put(
                id, fence: offer.fence, name: name, droppedBytes: 3, mediaType: "text/plain", file: file("hello"),
                by: agent)
        }
        let kept = try put("out/log.txt")
        #expect(kept.sha256 == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" && kept.bytes == 5)
        #expect(try put("out/log.txt") == kept)
        #expect(access(directory + "/store/" + ArtifactFiles.path(sha256: kept.sha256), R_OK) == 0)
        #expect(throws: ExecutionFault.self) { try put("../etc/passwd") }
        #expect(throws: ExecutionFault.staleFence) {
            try store.put(id, fence: 9, name: "x", droppedBytes: 0, mediaType: "a/b", file: file("x"), by: agent)
        }
        #expect(throws: ArtifactError.self) {
            try store.put(id, fence: 1, name: "x", droppedBytes: 0, mediaType: "a/b", file: "/nowhere", by: agent)
        }
        #expect(try store.list(id, project: bench.project).isEmpty)
        try bench.finish(offer, agent)
        #expect(try store.list(id, project: bench.project, name: "out/log.txt", attempt: 1) == [kept])
    }

    @Test func `agents are listed with their state and foreign projects stay unnamed`() throws {
        let bench = try Bench()
        let own = try bench.agent("own", labels: ["linux"], slots: 2, project: bench.project)
        _ = try bench.agent("foreign", project: try Bench.makeProject("other", bench.pool))
        let shared = try bench.agent("shared")
        let administration = AgentAdministration(pool: bench.pool)
        let now = try bench.pool.transaction { $0.now }
        let list = try administration.list(project: bench.project, projectKey: "demo", now: now)
        #expect(list.map { $0["name"] } == ["own", "shared"])
        #expect(list.map { $0["project"] } == ["demo", .null])
        #expect(list.first?["state"] == "online" && list.first?["labels"] == ["linux"])
        #expect(try administration.owner(of: own.agent) == bench.project)
        #expect(try administration.owner(of: shared.agent) == nil)
        let nobody = ID<Agent>(at: now)
        #expect(throws: ExecutionFault.notFound) { try administration.owner(of: nobody) }
        #expect(throws: ExecutionFault.notFound) { try administration.revoke(nobody) }
        #expect(throws: ExecutionFault.notFound) { try administration.drain(nobody) }
    }

    @Test func `secret names are found once each`() {
        #expect(secretNames(in: ["a ${secret:ONE} ${secret:TWO}", "${secret:ONE} ${secret:"]) == ["ONE", "TWO"])
    }
}
