import Domain
package import Feed
package import MariaDB

/// Counts finished runs into `rollups` and `recent_outcomes`, batch by batch, from its own cursor into the feed.
package struct FoldRollups {
    static let cursorName = "rollups"
    /// Verdicts kept for each definition; no rule looks further back.
    package static let recentLimit = 100

    private var feed: FeedFold

    package init(pool: Pool, batchRows: Int = 500) {
        feed = FeedFold(
            Self.cursorName, topics: [.finished, .imported], pool: pool, batchRows: batchRows, heavy: .imported)
    }

    /// One batch. Blocks; call on one thread at a time.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package mutating func runOnce(monotonicMs: Int64, touch: LeaseTouch) throws -> FeedFold.Pass {
        try feed.runOnce(monotonicMs: monotonicMs, touch: touch) { rows, tx in
            let runs = try Self.finishedRuns(rows, in: tx)
            var changes: [RollupKey: Rollup] = [:]
            for run in runs { changes.count(run) }
            try RollupStore().merge(changes, in: tx)
            try RecentOutcomeStore(limit: Self.recentLimit).append(runs, in: tx)
        }
    }

    package mutating func reset() { feed.reset() }

    /// Holds the cursor until the end of the transaction, so that no fold can count what is being rebuilt.
    static func lockCursor(in tx: Transaction) throws -> Int64 {
        try tx.first("SELECT pos FROM feed_cursors WHERE name = \(cursorName) FOR UPDATE")?.int64("pos") ?? 0
    }

    /// A row of `finished` says that its execution is final; the end itself is read from the execution's row.
    private static func finishedRuns(_ rows: [FeedRow], in tx: Transaction) throws -> [FinishedRun] {
        var announced = Dictionary(
            rows.filter { $0.topics.contains(.finished) }.map { ($0.stream, $0.pos) },
            uniquingKeysWith: { first, _ in first })
        for row in rows where row.topics.contains(.imported) {
            for id in try ImportedIDs.read(row, tx) { announced[id] = row.pos }
        }
        let found = try tx.query(
            """
            SELECT \(sql: FinishedRun.columns) FROM executions x
            WHERE x.id IN (\(list: announced.keys.sorted())) AND x.finished_at IS NOT NULL
            """)
        return try found.compactMap { row in
            guard let pos = try announced[row.uuid("id")] else { return nil }
            return try FinishedRun(row, pos: pos)
        }.sorted { $0.pos < $1.pos }
    }
}
