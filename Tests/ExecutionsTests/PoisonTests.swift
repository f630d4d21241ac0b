import Domain
@testable import Executions
import Feed
import MariaDB
import Support
import Testing
import Wire

/// One row that cannot be written, planted by a trigger, in each place where the engine writes: the others go on, the row
/// is set aside, and it goes on too once it is mended.
@Suite struct PoisonTests {
    private let bench: Bench

    init() throws { bench = try Bench() }

    private func plant(_ table: String, _ column: String, _ id: UUIDv7) throws {
        let trigger = """
            CREATE TRIGGER poison BEFORE UPDATE ON \(table) FOR EACH ROW
            IF NEW.\(column) = '\(id)' THEN SIGNAL SQLSTATE '45000'; END IF
            """
        _ = try bench.pool.read { try $0.executeRaw(trigger) }
    }

    private func aside() throws -> [String] {
        try bench.pool.read { try $0.query("SELECT item FROM set_aside WHERE loop_name = 'engine' ORDER BY item") }
            .map { try $0.text("item") }
    }

    private func mend() throws {
        _ = try bench.pool.read { try $0.executeRaw("DROP TRIGGER poison") }
        try bench.execute("UPDATE set_aside SET due_at = UTC_TIMESTAMP(3)")
        try bench.settle(ms: SetAside.rereadMs, passes: 4)
    }

    /// Two runs of one case; the first is the one that gets poisoned.
    private func pair(notBefore: Timestamp? = nil) throws -> (bad: ID<Execution>, sound: ID<Execution>) {
        let one = try bench.makeCase("hello")
        return (try bench.start(one, notBefore: notBefore), try bench.start(one, notBefore: notBefore))
    }

    @Test func `a ready item`() throws {
        let (bad, sound) = try pair()
        try plant("work_items", "execution_id", bad.uuid)
        let agent = try bench.agent()
        try bench.settle()
        #expect(try bench.offers(agent).map(\.execution) == [sound])
        #expect(try aside() == ["execution:\(bad)"])
        let third = try bench.start(try bench.makeCase("later"))
        try bench.settle()
        #expect(try bench.offers(agent).map(\.execution) == [sound, third])
        try mend()
        #expect(try Set(bench.offers(agent).map(\.execution)) == [bad, sound, third])
        #expect(try aside().isEmpty)
    }

    @Test func `a due item`() throws {
        let (bad, sound) = try pair(notBefore: try bench.pool.transaction { $0.now.adding(ms: 60_000) })
        let agent = try bench.agent()
        try bench.settle()
        try bench.execute("UPDATE work_items SET not_before = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
        try plant("work_items", "execution_id", bad.uuid)
        try bench.settle()
        #expect(try bench.offers(agent).map(\.execution) == [sound])
        #expect(try aside() == ["execution:\(bad)"])
        try mend()
        #expect(try bench.offers(agent).map(\.execution) == [bad, sound])
        #expect(try aside().isEmpty)
    }

    @Test func `an offer that nobody took`() throws {
        let (bad, sound) = try pair()
        let silent = try bench.agent("silent", slots: 2)
        try bench.settle()
        #expect(try bench.offers(silent).count == 2)
        let quick = try bench.agent("quick")
        try bench.execute("UPDATE work_items SET offered_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
        try plant("work_items", "execution_id", bad.uuid)
        try bench.settle()
        #expect(try bench.offers(quick).map(\.execution) == [sound])
        #expect(try aside() == ["execution:\(bad)"])
        try mend()
        #expect(try bench.offers(quick).map(\.execution).contains(bad))
        #expect(try aside().isEmpty)
    }

    @Test func `an attempt past its deadline`() throws {
        let (bad, sound) = try pair()
        let agent = try bench.agent()
        try bench.settle()
        for offer in try bench.offers(agent) { _ = try bench.accept(offer, agent) }
        try bench.execute("UPDATE work_items SET deadline_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
        try plant("work_items", "execution_id", bad.uuid)
        try bench.settle()
        #expect(try bench.status(sound) == .timeout)
        #expect(try bench.status(bad) == .running)
        try mend()
        #expect(try bench.status(bad) == .timeout)
        #expect(try aside().isEmpty)
    }

    @Test func `a session whose agent is gone`() throws {
        let agents = [try bench.agent("bad", slots: 1), try bench.agent("sound", slots: 1)]
        let runs = try pair()
        try bench.settle()
        for agent in agents { for offer in try bench.offers(agent) { _ = try bench.accept(offer, agent) } }
        let expire: SQL =
            "UPDATE agent_sessions SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE ended_at IS NULL"
        try bench.execute(expire)
        try plant("agent_sessions", "id", agents[0].session.uuid)
        try bench.settle()
        let held = try [runs.bad, runs.sound].filter { try bench.state($0) == .running }
        #expect(held.count == 1, "what the sound session held is free again")
        #expect(try aside() == ["session:\(agents[0].session)"])
        try mend()
        // The clock of the test jumped, which a scheduler takes for its own deafness and forgives.
        try bench.execute(expire)
        try bench.settle()
        #expect(try held.allSatisfy { try bench.state($0) == .ready })
        #expect(try aside().isEmpty)
    }

    @Test func `what ended in another way is taken off the list`() throws {
        let (bad, _) = try pair()
        try plant("work_items", "execution_id", bad.uuid)
        _ = try bench.agent()
        try bench.settle()
        #expect(try aside() == ["execution:\(bad)"])
        _ = try bench.pool.read { try $0.executeRaw("DROP TRIGGER poison") }
        try CancelExecution(pool: bench.pool).cancel(bad, project: bench.project, by: nil, name: "Alice", reason: nil)
        try bench.execute("UPDATE set_aside SET due_at = UTC_TIMESTAMP(3)")
        try bench.settle(ms: SetAside.rereadMs, passes: 3)
        #expect(try aside().isEmpty)
        #expect(try bench.status(bad) == .cancelled)
    }

    @Test func `a definition that cannot be read ends its run`() throws {
        let (bad, sound) = (
            try bench.start(try bench.makeCase("broken")), try bench.start(try bench.makeCase("sound"))
        )
        try bench.execute(
            "UPDATE test_case_versions v JOIN test_cases c ON c.id = v.definition_id SET v.definition = '[]' WHERE c.definition_key = 'broken'"
        )
        let agent = try bench.agent()
        try bench.settle()
        let offers = try bench.offers(agent)
        let answers = try AcceptOffers(pool: bench.pool).accept(offers, by: agent)
        #expect(answers.map { (try? $0.get()) != nil } == [false, true])
        #expect(try bench.status(bad) == .aborted)
        #expect(try bench.status(sound) == .running)
    }
}
