package import Domain
package import MariaDB
import Wire

/// Counts the rollups of past days again from the executions themselves.
///
/// Day by day, each in one transaction under the fold's cursor: readers see a day before or after, never half, and runs
/// that the fold has yet to reach are left to it. Gives the same rows, byte for byte, as folding did.
package struct RebuildRollups: Sendable {
    private let pool: Pool
    private let pageRows: Int

    package init(pool: Pool, pageRows: Int = 1_000) {
        self.pool = pool
        self.pageRows = max(1, pageRows)
    }

    /// Rebuilds every day from the one that holds `from` up to today; returns the number of runs counted.
    /// Blocks for long; call on the thread of the fold.
    package func rebuild(from: Timestamp, touch: LeaseTouch) throws -> Int {
        var runs = 0
        var day = RollupBucket.day.start(of: from)
        var today = day
        repeat {
            let (counted, now) = try pool.transaction { tx in
                try touch(tx)
                return (try rebuild(day: day, in: tx), tx.now)
            }
            runs += counted
            today = RollupBucket.day.start(of: now)
            day = day.adding(ms: RollupBucket.day.lengthMs)
        } while day <= today
        return runs
    }

    private func rebuild(day: Timestamp, in tx: Transaction) throws -> Int {
        let cursor = try FoldRollups.lockCursor(in: tx)
        let end = day.adding(ms: RollupBucket.day.lengthMs)
        for bucket in RollupBucket.allCases {
            try tx.execute(
                """
                DELETE FROM rollups WHERE bucket = \(bucket.rawValue) \
                AND bucket_start >= \(day) AND bucket_start < \(end)
                """)
        }
        var rollups: [RollupKey: Rollup] = [:]
        var counted = 0
        var after = (finishedAt: day, id: UUIDv7(high: 0, low: 0))
        while true {
            let page = try finishedRows(after: after, before: end, in: tx)
            // Read after the page: whatever ended later than this page was read is not in it.
            let unfolded = try Self.unfolded(after: cursor, in: tx)
            for row in page where try !unfolded.contains(row.uuid("id")) {
                guard let run = try FinishedRun(row, pos: 0) else { continue }
                rollups.count(run)
                counted += 1
            }
            guard page.count == pageRows, let last = page.last else { break }
            after = (try last.time("finished_at"), try last.uuid("id"))
        }
        try RollupStore().merge(rollups, in: tx)
        return counted
    }

    private func finishedRows(
        after: (finishedAt: Timestamp, id: UUIDv7), before end: Timestamp, in tx: Transaction
    ) throws -> [Row] {
        try tx.query(
            """
            SELECT \(sql: FinishedRun.columns) FROM executions x \
            WHERE x.finished_at >= \(after.finishedAt) AND x.finished_at < \(end) \
            AND (x.finished_at > \(after.finishedAt) OR x.id > \(after.id)) \
            ORDER BY x.finished_at, x.id LIMIT \(pageRows)
            """)
    }

    /// Executions whose end is committed but not folded: their event is in the outbox or beyond the cursor.
    private static func unfolded(after cursor: Int64, in tx: Transaction) throws -> Set<UUIDv7> {
        let rows = try tx.query(
            """
            SELECT u.stream_id, e.type, IF(e.type = \(EventName.executionImported.rawValue), e.body, NULL) body FROM (\
            SELECT stream_id, seq_from, seq_to FROM feed WHERE pos > \(cursor) AND stream_id IS NOT NULL \
            UNION ALL SELECT stream_id, seq_from, seq_to FROM outbox) u \
            JOIN events e ON e.stream_id = u.stream_id AND e.seq BETWEEN u.seq_from AND u.seq_to \
            AND e.type IN (\(EventName.executionFinished.rawValue), \(EventName.executionImported.rawValue))
            """)
        return Set(
            try rows.flatMap { row in
                try row.textOrNil("body") == nil ? [try row.uuid("stream_id")] : ImportedIDs.ids(in: row.json("body"))
            })
    }
}
