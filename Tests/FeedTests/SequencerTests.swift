import Domain
import MariaDB
import Support
import Testing
import Wire

@testable import Feed

@Suite struct SequencerTests {
    private let pool: Pool
    private let lease: LeaderLease
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase.fresh()
        pool = database.pool
        lease = try #require(
            try LeaderLease.acquire("engine", owner: UUIDv7(at: Timestamp(milliseconds: 3)), pool))
    }

    private func announce(_ id: Int) throws {
        try pool.transaction { tx in
            try tx.execute(
                """
                INSERT INTO outbox (id, stream_id, seq_from, seq_to, topics)
                VALUES (\(id), \(UUIDv7(at: Timestamp(milliseconds: Int64(id)))), 1, 1, \(FeedTopics.agents))
                """)
        }
    }

    private func positions() throws -> [Int] {
        try pool.read { try $0.query("SELECT pos FROM feed ORDER BY pos").map { try $0.int("pos") } }
    }

    @Test func `a row that fills a gap while the engine stood still is not lost`() throws {
        var sequencer = Sequencer(pool: pool)
        try announce(1)
        try announce(3)
        #expect(try sequencer.runOnce(lease, monotonicMs: 0).count == 2)
        try announce(2)
        // The engine did nothing for longer than a gap is waited for: this pass is the first that can see the row.
        #expect(try sequencer.runOnce(lease, monotonicMs: 20_000).count == 1)
        #expect(try pool.read { try $0.query("SELECT id FROM outbox").count } == 0)
    }

    @Test func `a gap is given up by a query that began past the limit, and only then`() throws {
        var sequencer = Sequencer(pool: pool)
        try announce(1)
        try announce(3)
        _ = try sequencer.runOnce(lease, monotonicMs: 0)
        _ = try sequencer.runOnce(lease, monotonicMs: Sequencer.gapMs)
        try announce(2)
        #expect(try sequencer.runOnce(lease, monotonicMs: Sequencer.gapMs + 1).count == 0)
    }

    @Test func `positions never go back, also when the feed was purged to its end`() throws {
        var sequencer = Sequencer(pool: pool)
        try announce(1)
        _ = try sequencer.runOnce(lease, monotonicMs: 0)
        let before = try #require(try positions().last)
        try pool.transaction { tx in
            try tx.execute("INSERT INTO feed_cursors (name, pos, updated_at) VALUES ('slow', \(before), \(tx.now))")
            try tx.execute("DELETE FROM feed")
        }
        sequencer.reset()
        try announce(2)
        _ = try sequencer.runOnce(lease, monotonicMs: 1)
        #expect(try positions().allSatisfy { $0 > before })
    }

    @Test func `what was moved says who must be woken`() throws {
        var sequencer = Sequencer(pool: pool)
        let execution = UUIDv7(at: Timestamp(milliseconds: 5))
        try pool.transaction { tx in
            var log = EventLog()
            let envelope: [String: JSONValue] = [
                "execution": .string(execution.description), "root": .string(execution.description), "parent": .null,
                "project": "demo", "seq": 1, "at": .string(tx.now.description), "from": "running",
            ]
            let queued: [String: JSONValue] = ["to": "pending", "name": "login", "kind": "case", "number": 7]
            let finished: [String: JSONValue] = [
                "to": "passed", "status": "passed", "why": "passed", "durationMs": 12, "final": true,
            ]
            log.append(
                [queued, finished].enumerated().map { index, own in
                    EventDraft([.executionQueued, .executionFinished][index], envelope.merging(own) { $1 })
                }, stream: execution, firstSeq: 1, project: nil, root: ID(execution), at: tx.now)
            let agent: [String: JSONValue] = ["agent": .string(execution.description), "name": "local"]
            log.addFact(EventDraft(.agentOnline, agent), project: nil, at: tx.now)
            try log.write(tx)
        }
        let moved = try sequencer.runOnce(lease, monotonicMs: 0)
        #expect(moved.topics == [.queued, .finished, .agents])
        #expect(moved.queued == [ID(execution)] && moved.freed == [ID(execution)])
        #expect(FeedTopics(.executionFinished, body: ["final": false]) == .other)
    }
}
