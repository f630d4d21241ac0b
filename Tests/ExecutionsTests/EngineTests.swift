import Domain
@testable import Executions
import Feed
import MariaDB
import Support
import Testing
import Wire

@Suite struct EngineTests {
    @Test func `a lost session gives its work to another agent with a higher fence`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let first = try bench.agent("first")
        try bench.settle()
        let offer = try #require(try bench.offers(first).first)
        _ = try bench.accept(offer, first)
        try bench.execute(
            "UPDATE agent_sessions SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = \(first.session)")
        let second = try bench.agent("second")
        try bench.settle()
        let again = try #require(try bench.offers(second).first)
        #expect(again.execution == id && again.fence > offer.fence)
        #expect(try bench.status(id) == .retrying)
        #expect(throws: ExecutionFault.staleFence) { try bench.finish(offer, first) }
        _ = try bench.accept(again, second)
        try bench.finish(again, second)
        #expect(try bench.status(id) == .passed)
        let attempts = try ReadAttempts(pool: bench.pool).attempts(of: id, project: bench.project)
        #expect(attempts.map { $0["status"] } == ["lost", "passed"])
    }

    @Test func `three losses abort the run and keep a dead letter`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let enrolled = try bench.agent()
        for loss in 1...3 {
            let caller = AgentCaller(agent: enrolled.agent, session: try bench.openSession(enrolled.agent))
            try bench.settle()
            let offer = try #require(try bench.offers(caller).first, "loss \(loss)")
            _ = try bench.accept(offer, caller)
            _ = try bench.openSession(enrolled.agent)
        }
        #expect(try bench.status(id) == .aborted)
        #expect(try bench.state(id) == .dead)
        #expect(try bench.events(id).suffix(2) == ["execution.finished", "execution.deadLettered"])
        let letters = try bench.pool.read {
            try $0.query("SELECT reason FROM dead_letters").map { try $0.text("reason") }
        }
        #expect(letters == ["agent_lost"])
    }

    @Test func `an offer nobody takes goes to another session`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let silent = try bench.agent("silent", slots: 8)
        try bench.settle()
        #expect(try bench.offers(silent).count == 1)
        let quick = try bench.agent("quick", slots: 1)
        try bench.execute(
            "UPDATE work_items SET offered_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE execution_id = \(id)")
        try bench.settle()
        #expect(try bench.offers(silent).isEmpty)
        #expect(try bench.offers(quick).map(\.execution) == [id])
        #expect(try bench.status(id) == .pending)
        _ = try Beat(pool: bench.pool).beat(HeartbeatRequest(inventory: [], streamOpen: true), by: silent)
        let forgiven = try bench.pool.read {
            try $0.query("SELECT offer_expired FROM agent_sessions WHERE id = \(silent.session)").first?.bool(
                "offer_expired")
        }
        #expect(forgiven == false)
    }

    @Test func `past its deadline an attempt times out whatever its agent says`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("slow", timeoutMs: 1000))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        try bench.execute(
            "UPDATE work_items SET deadline_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE execution_id = \(id)")
        try bench.settle()
        #expect(try bench.status(id) == .timeout)
        let document = try FindExecutions(pool: bench.pool).get(id, in: [bench.project])
        #expect(document["error"]?["code"] == "execution_timeout")
    }

    @Test func `labels, slots and concurrency keys decide who gets what, and the reason is kept`() throws {
        let bench = try Bench()
        let windows = try bench.start(try bench.makeCase("windows", labels: ["windows"]))
        let agent = try bench.agent("linux", labels: ["linux"], slots: 1)
        try bench.settle()
        #expect(try bench.offers(agent).isEmpty)
        let place = try ReadQueue(pool: bench.pool).place(of: windows, project: bench.project)
        #expect(place["waitReason"] == "noAgent" && place["position"] == 1)
        #expect(place["sentence"] == "No agent online has the labels windows.")
        let one = try bench.makeCase("db")
        let first = try bench.start(one, key: "staging-db")
        let second = try bench.start(one, key: "staging-db")
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        #expect(offer.execution == first)
        let other = try bench.agent("other", labels: [], slots: 4)
        try bench.settle()
        #expect(try bench.offers(other).isEmpty)
        let reason = try ReadQueue(pool: bench.pool).place(of: second, project: bench.project)
        #expect(reason["waitReason"] == "concurrencyKey")
        _ = try bench.accept(offer, agent)
        try bench.finish(offer, agent)
        try bench.settle()
        #expect(try bench.offers(agent) + bench.offers(other) == [Holding(execution: second, fence: 1)])
    }

    @Test func `priority goes first and a foreign project's agent takes nothing`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        let normal = try bench.start(one)
        let urgent = try bench.start(one, priority: .urgent)
        let foreign = try bench.agent("foreign", project: try Bench.makeProject("other", bench.pool))
        let agent = try bench.agent("own", slots: 1, project: bench.project)
        try bench.settle()
        #expect(try bench.offers(foreign).isEmpty)
        #expect(try bench.offers(agent).map(\.execution) == [urgent])
        #expect(try bench.state(normal) == .ready)
    }

    @Test func `work scheduled for later waits and then goes`() throws {
        let bench = try Bench()
        let now = try bench.pool.transaction { $0.now }
        let id = try bench.start(try bench.makeCase("later"), notBefore: now.adding(ms: 60_000))
        let agent = try bench.agent()
        try bench.settle()
        #expect(try bench.state(id) == .scheduled)
        #expect(try ReadQueue(pool: bench.pool).place(of: id, project: bench.project)["state"] == "scheduled")
        try bench.execute("UPDATE work_items SET not_before = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
        try bench.settle()
        #expect(try bench.offers(agent).map(\.execution) == [id])
    }

    @Test func `a bucket larger than memory is refilled in order`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        let agent = try bench.agent(slots: 1000)
        let ids = try (0..<230).map { _ in try bench.start(one) }.sorted()
        try bench.execute("UPDATE agent_sessions SET lease_until = UTC_TIMESTAMP(3) + INTERVAL 60 SECOND")
        try bench.settle(ms: 1, passes: 40)
        let held = try bench.offers(agent)
        #expect(held.count == 100, "the project's limit")
        #expect(held.map(\.execution) == Array(ids.prefix(100)))
        for holding in held {
            _ = try bench.accept(holding, agent)
            try bench.finish(holding, agent)
        }
        try bench.settle(ms: 1, passes: 40)
        #expect(try bench.offers(agent).map(\.execution) == Array(ids[100..<200]))
    }

    @Test func `only one scheduler leads, and a lost lease stops its transactions`() throws {
        let bench = try Bench()
        let mine = UUIDv7(at: Timestamp(milliseconds: 11))
        let theirs = UUIDv7(at: Timestamp(milliseconds: 12))
        let lease = try #require(try LeaderLease.acquire("engine", owner: mine, bench.pool))
        #expect(try LeaderLease.acquire("engine", owner: theirs, bench.pool) == nil)
        #expect(try LeaderLease.acquire("engine", owner: mine, bench.pool)?.epoch == lease.epoch)
        try LeaderLease.releaseAll(of: mine, bench.pool)
        let next = try #require(try LeaderLease.acquire("engine", owner: theirs, bench.pool))
        #expect(next.epoch == lease.epoch + 1)
        #expect(throws: LeadershipLost(name: "engine")) { try bench.pool.transaction { tx in try lease.touch(tx) } }
        #expect(throws: LeadershipLost(name: "engine")) { try bench.engine.runOnce(lease, monotonicMs: 1) }
    }

    @Test func `the feed is dense and ordered although outbox ids commit out of order`() throws {
        let bench = try Bench()
        try bench.settle()
        let early = try Connection(bench.database.settings)
        try early.executeRaw("BEGIN")
        let stream = UUIDv7(at: Timestamp(milliseconds: 77))
        _ = try early.execute(
            "INSERT INTO outbox (project_id, root_id, stream_id, seq_from, seq_to) VALUES (\(bench.project), NULL, \(stream), 1, 1)"
        )
        let id = try bench.start(try bench.makeCase("hello"))
        try bench.settle()
        try early.executeRaw("COMMIT")
        try bench.settle()
        let rows = try bench.pool.read {
            try $0.query("SELECT pos, stream_id FROM feed WHERE stream_id IS NOT NULL ORDER BY pos")
        }
        #expect(try rows.map { try $0.text("stream_id") } == [id.description, stream.description])
        let positions = try rows.map { try $0.int("pos") }
        #expect(positions == Array((positions.first ?? 0)..<((positions.first ?? 0) + 2)))
        let left = try bench.pool.read { try $0.query("SELECT id FROM outbox").count }
        #expect(left == 0)
    }
}
