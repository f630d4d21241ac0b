package import Domain
package import MariaDB

/// Gives committed outbox rows their dense feed positions; runs on the engine thread only.
///
/// Outbox ids are not commit order: an id that was skipped is waited for. It is given up when a query that began 15 s
/// after it was first missed still misses it: longer than any write transaction can live
/// (idle_write_transaction_timeout 5 s + max_statement_time 5 s), however long the engine itself stood still.
package struct Sequencer {
    package static let batchLimit = 500
    static let gapMs: Int64 = 15_000
    /// Positions skipped at each take-over, so that a position a crash undid is never given twice.
    static let jump: Int64 = 10_000

    private let pool: Pool
    private var position: Int64?
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
        /// Executions that may have become ready.
        package var queued: [ID<Execution>] = []
        /// Executions that are held by no session any more, unless they are offered again.
        package var freed: [ID<Execution>] = []
        /// What the rows were about: who must be woken.
        package var topics: FeedTopics = []
        package var count = 0
        package var mayBeMore = false
    }

    /// - Parameter monotonicMs: read before the call; ages gaps.
    package mutating func runOnce(_ lease: LeaderLease, monotonicMs: Int64) throws -> Moved {
        let start = try position ?? takeOver(lease)
        position = start
        let floor = min(highestSeen + 1, gaps.keys.min() ?? .max)
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT id, project_id, root_id, stream_id, seq_from, seq_to, topics FROM outbox WHERE id >= \(floor)
                ORDER BY id LIMIT \(Sequencer.batchLimit)
                """)
        }
        if !rows.isEmpty { position = try append(rows, after: start, lease) }
        try noteSeen(rows, monotonicMs)
        return try moved(rows)
    }

    private func append(_ rows: [Row], after start: Int64, _ lease: LeaderLease) throws -> Int64 {
        try pool.transaction { tx in
            try lease.touch(tx)
            try tx.bulk(
                """
                INSERT INTO feed (pos, project_id, root_id, stream_id, seq_from, seq_to, topics, at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                rows: try rows.enumerated().map { index, row in
                    [
                        (start + 1 + Int64(index)).sqlValue, try row.textOrNil("project_id").sqlValue,
                        try row.textOrNil("root_id").sqlValue, try row.text("stream_id").sqlValue,
                        try row.int("seq_from").sqlValue, try row.int("seq_to").sqlValue,
                        try row.int("topics").sqlValue, tx.now.sqlValue,
                    ]
                })
            try tx.execute("DELETE FROM outbox WHERE id IN (\(list: try rows.map { try $0.int64("id") }))")
            return start + Int64(rows.count)
        }
    }

    /// Continues behind the highest position that anybody has seen and writes the jump row; starts at outbox id 0.
    ///
    /// Cursors count as well: after a quiet time the feed itself may have been purged.
    private mutating func takeOver(_ lease: LeaderLease) throws -> Int64 {
        highestSeen = 0
        gaps = [:]
        return try pool.transaction { tx in
            try lease.touch(tx)
            let highest =
                try tx.first(
                    """
                    SELECT GREATEST((SELECT COALESCE(MAX(pos), 0) FROM feed), (SELECT COALESCE(MAX(pos), 0) FROM feed_cursors)) pos
                    """)?.int64("pos") ?? 0
            let position = highest + Sequencer.jump
            try tx.execute("INSERT INTO feed (pos, topics, at) VALUES (\(position), 0, \(tx.now))")
            return position
        }
    }

    private mutating func noteSeen(_ rows: [Row], _ monotonicMs: Int64) throws {
        // A full page says nothing of what lies behind it.
        let end = rows.count == Sequencer.batchLimit ? try rows.last?.int64("id") ?? .max : .max
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
        gaps = gaps.filter { id, since in id > end || monotonicMs - since < Sequencer.gapMs }
    }

    private func moved(_ rows: [Row]) throws -> Moved {
        var moved = Moved(count: rows.count, mayBeMore: rows.count == Sequencer.batchLimit)
        for row in rows {
            let topics = FeedTopics(rawValue: UInt16(clamping: try row.int("topics")))
            moved.topics.formUnion(topics)
            guard try row.textOrNil("root_id") != nil else { continue }
            if topics.contains(.queued) { moved.queued.append(try row.id("stream_id")) }
            if !topics.isDisjoint(with: [.finished, .retrying]) { moved.freed.append(try row.id("stream_id")) }
        }
        return moved
    }
}
