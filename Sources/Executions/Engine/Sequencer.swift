package import Domain
package import MariaDB

/// Gives committed outbox rows their dense feed positions; runs on the engine thread only.
///
/// Outbox ids are not commit order: an id that was skipped is waited for, and given up after 15 s, longer than any
/// write transaction can live (idle_write_transaction_timeout 5 s + max_statement_time 5 s).
package struct Sequencer {
    static let batchLimit = 500
    static let gapMs: Int64 = 15_000
    /// Positions skipped at each take-over, so that a position a crash undid is never given twice.
    static let jump = 10_000

    private let pool: Pool
    private var position: Int?
    private var highestSeen: Int64 = 0
    /// Skipped outbox ids and when each was first missed (monotonic ms).
    private var gaps: [Int64: Int64] = [:]

    package init(pool: Pool) { self.pool = pool }

    /// Forgets its place; the next pass starts as at a take-over.
    package mutating func reset() {
        position = nil
        highestSeen = 0
        gaps = [:]
    }

    /// What one pass moved into the feed.
    package struct Moved: Sendable {
        /// Executions of `execution.queued` facts among them: they may be ready.
        package var queued: [ID<Execution>] = []
        /// Whether slots or keys may have become free.
        package var freed = false
        package var count = 0
        package var mayBeMore = false
    }

    /// - Parameter monotonicMs: ages gaps; a clock that never jumps.
    package mutating func runOnce(_ lease: LeaderLease, monotonicMs: Int64) throws -> Moved {
        let start = try position ?? takeOver(lease)
        position = start
        giveUpGaps(monotonicMs)
        let floor = min(highestSeen + 1, gaps.keys.min() ?? .max)
        let (rows, end) = try pool.transaction { tx -> ([Row], Int) in
            let rows = try tx.query(
                """
                SELECT id, project_id, root_id, stream_id, seq_from, seq_to FROM outbox WHERE id >= \(floor)
                ORDER BY id LIMIT \(Sequencer.batchLimit)
                """)
            guard !rows.isEmpty else { return ([], start) }
            try lease.touch(tx)
            try tx.bulk(
                "INSERT INTO feed (pos, project_id, root_id, stream_id, seq_from, seq_to, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                rows: try rows.enumerated().map { index, row in
                    [
                        (start + 1 + index).sqlValue, try row.textOrNil("project_id").sqlValue,
                        try row.textOrNil("root_id").sqlValue, try row.text("stream_id").sqlValue,
                        try row.int("seq_from").sqlValue, try row.int("seq_to").sqlValue, tx.now.sqlValue,
                    ]
                })
            try tx.execute("DELETE FROM outbox WHERE id IN (\(list: try rows.map { try $0.int64("id") }))")
            return (rows, start + rows.count)
        }
        position = end
        try noteSeen(rows, monotonicMs)
        var moved = try facts(in: rows)
        moved.count = rows.count
        moved.mayBeMore = rows.count == Sequencer.batchLimit
        return moved
    }

    /// Continues behind the highest position and writes the jump row; starts at outbox id 0.
    private mutating func takeOver(_ lease: LeaderLease) throws -> Int {
        highestSeen = 0
        gaps = [:]
        return try pool.transaction { tx in
            try lease.touch(tx)
            let highest = try tx.first("SELECT COALESCE(MAX(pos), 0) pos FROM feed")?.int("pos") ?? 0
            let position = highest + Sequencer.jump
            try tx.execute("INSERT INTO feed (pos, at) VALUES (\(position), \(tx.now))")
            return position
        }
    }

    private mutating func noteSeen(_ rows: [Row], _ monotonicMs: Int64) throws {
        for row in rows {
            let id = try row.int64("id")
            gaps[id] = nil
            if id > highestSeen + 1 {
                // A long hole is a bulk insert's reserve or an old rollback, or lies before a take-over: only its end
                // can still be filled.
                for missing in max(highestSeen + 1, id - 1000)..<id { gaps[missing] = monotonicMs }
            }
            highestSeen = max(highestSeen, id)
        }
    }

    private mutating func giveUpGaps(_ monotonicMs: Int64) {
        gaps = gaps.filter { monotonicMs - $0.value < Sequencer.gapMs }
    }

    /// Which executions were queued, and whether anything ended, among the facts just sequenced.
    private func facts(in rows: [Row]) throws -> Moved {
        var moved = Moved()
        let streams = try rows.filter { try $0.textOrNil("root_id") != nil }
        guard !streams.isEmpty else { return moved }
        let types = try pool.read { connection in
            try connection.query(
                """
                SELECT stream_id, seq, type FROM events WHERE stream_id IN (\(list: try streams.map { try $0.text("stream_id") }))
                  AND type IN ('execution.queued', 'execution.finished', 'execution.retrying')
                """)
        }
        var ranges: [String: [ClosedRange<Int>]] = [:]
        for row in streams {
            let from = try row.int("seq_from")
            ranges[try row.text("stream_id"), default: []].append(from...max(from, try row.int("seq_to")))
        }
        for row in types {
            let seq = try row.int("seq")
            guard ranges[try row.text("stream_id")]?.contains(where: { $0.contains(seq) }) == true else { continue }
            if try row.text("type") == "execution.queued" {
                moved.queued.append(try row.id("stream_id"))
            } else {
                moved.freed = true
            }
        }
        return moved
    }
}
