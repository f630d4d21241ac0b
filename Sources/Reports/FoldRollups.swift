import Domain
package import MariaDB

/// Proves the leadership of a loop inside one of its transactions: touches its row or throws.
package typealias LeaseTouch = (Transaction) throws -> Void

/// What one pass of a fold did.
package struct FoldResult: Equatable, Sendable {
    /// Feed rows read.
    package var feedRows = 0
    /// Runs counted.
    package var runs = 0
    /// The batch was full.
    package var mayBeMore = false
}

/// Counts finished runs into `rollups` and `recent_outcomes`, batch by batch, from its own cursor into the feed.
///
/// The cursor moves in the transaction that stores the counts: a crash loses or repeats nothing.
package struct FoldRollups: Sendable {
    static let cursorName = "rollups"
    /// Verdicts kept for each definition; no rule looks further back.
    package static let recentLimit = 100

    private let pool: Pool
    private let batchRows: Int

    package init(pool: Pool, batchRows: Int = 500) {
        self.pool = pool
        self.batchRows = max(1, batchRows)
    }

    /// One batch. Blocks; call on one thread at a time.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package func runOnce(touch: LeaseTouch) throws -> FoldResult {
        guard try pool.read({ try Self.hasNews($0) }) else { return FoldResult() }
        return try pool.transaction { tx in
            try touch(tx)
            return try fold(in: tx)
        }
    }

    /// Cheap when idle: most polls end here, without a write.
    private static func hasNews(_ connection: Connection) throws -> Bool {
        try !connection.query(
            """
            SELECT 1 AS found FROM feed WHERE pos > \
            COALESCE((SELECT pos FROM fold_cursors WHERE name = \(cursorName)), 0) LIMIT 1
            """
        ).isEmpty
    }

    private func fold(in tx: Transaction) throws -> FoldResult {
        let from = try Self.lockCursor(in: tx)
        let rows = try tx.query("SELECT pos FROM feed WHERE pos > \(from) ORDER BY pos LIMIT \(batchRows)")
        guard let last = rows.last else { return FoldResult() }
        let to = try last.int64("pos")
        let runs = try finishedRuns(after: from, through: to, in: tx)
        var changes: [RollupKey: Rollup] = [:]
        for run in runs { changes.count(run) }
        try RollupStore().merge(changes, in: tx)
        try RecentOutcomeStore(limit: Self.recentLimit).append(runs, in: tx)
        try tx.execute(
            """
            UPDATE fold_cursors SET pos = \(to), updated_at = \(tx.now) WHERE name = \(Self.cursorName)
            """)
        return FoldResult(feedRows: rows.count, runs: runs.count, mayBeMore: rows.count == batchRows)
    }

    /// Holds the cursor until the end of the transaction, so that two folds can never count the same row.
    static func lockCursor(in tx: Transaction) throws -> Int64 {
        let statement: SQL = "SELECT pos FROM fold_cursors WHERE name = \(cursorName) FOR UPDATE"
        if let row = try tx.first(statement) { return try row.int64("pos") }
        try tx.execute(
            """
            INSERT INTO fold_cursors (name, pos, updated_at) VALUES (\(cursorName), 0, \(tx.now)) \
            ON DUPLICATE KEY UPDATE pos = pos
            """)
        return try tx.first(statement)?.int64("pos") ?? 0
    }

    private func finishedRuns(after from: Int64, through to: Int64, in tx: Transaction) throws -> [FinishedRun] {
        let rows = try tx.query(
            """
            SELECT f.pos, e.body, \(sql: FinishedRun.columns) FROM feed f \
            JOIN events e ON e.stream_id = f.stream_id AND e.seq BETWEEN f.seq_from AND f.seq_to \
            AND e.type = 'execution.finished' \
            JOIN executions x ON x.id = f.stream_id \
            WHERE f.pos > \(from) AND f.pos <= \(to) ORDER BY f.pos, e.seq
            """)
        return try rows.compactMap { row in
            // `final: false` is the edge that a retry follows; it is no run of its own.
            guard try row.json("body")["final"] == true else { return nil }
            return try FinishedRun(row, pos: row.int64("pos"))
        }
    }
}
