import Domain
package import Feed
package import MariaDB

/// Removes what is past its time, in small steps, and keeps monthly partitions ahead.
package struct Housekeeping: Sendable {
    static let batchLimit = 500

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// One pass; returns how many rows it removed.
    package func runOnce(_ lease: LeaderLease) throws -> Int {
        let day = Int64(86_400_000)
        var removed = 0
        removed += try purge(lease) {
            "DELETE FROM idempotency_keys WHERE created_at < \($0.adding(ms: -2 * day)) LIMIT \(Housekeeping.batchLimit)"
        }
        removed += try purge(lease) {
            // Never what a fold has yet to read, and never the newest row: positions go on from it.
            """
            DELETE FROM feed WHERE at < \($0.adding(ms: -7 * day)) AND pos <= (SELECT MIN(pos) FROM feed_cursors)
              AND pos < (SELECT newest FROM (SELECT MAX(pos) newest FROM feed) f) ORDER BY pos LIMIT \(Housekeeping.batchLimit)
            """
        }
        removed += try purge(lease) { now in
            """
            DELETE FROM work_items WHERE state = 'done' AND COALESCE(accepted_at, ready_at, \(now)) < \(now.adding(ms: -day))
            LIMIT \(Housekeeping.batchLimit)
            """
        }
        removed += try purge(lease) {
            "DELETE FROM agent_sessions WHERE ended_at < \($0.adding(ms: -7 * day)) LIMIT \(Housekeeping.batchLimit)"
        }
        try keepPartitionsAhead(lease)
        return removed
    }

    private func purge(_ lease: LeaderLease, _ statement: (Timestamp) -> SQL) throws -> Int {
        try pool.transaction { tx in
            try lease.touch(tx)
            return try tx.execute(statement(tx.now))
        }
    }

    /// Splits `p_next` until three months beyond the current one have partitions of their own.
    private func keepPartitionsAhead(_ lease: LeaderLease) throws {
        let now = try pool.transaction { $0.now }
        for table in ["step_results", "events"] {
            let existing = Set(
                try pool.read { connection in
                    try connection.query(
                        """
                        SELECT partition_name FROM information_schema.partitions
                        WHERE table_schema = DATABASE() AND table_name = \(table)
                        """)
                }.map { try $0.text("partition_name") })
            for month in MonthPartition.months(from: now, count: 4) where !existing.contains(month.name) {
                try pool.read { connection in
                    _ = try connection.executeRaw(MonthPartition.statement(table: table, month: month))
                }
            }
        }
    }
}

/// One month's partition: its name and the first id after it.
struct MonthPartition: Equatable {
    let name: String
    let upperBound: UUIDv7

    static func months(from now: Timestamp, count: Int) -> [MonthPartition] {
        let civil = CivilTime(milliseconds: now.milliseconds)
        return (0..<count).map { offset in
            let index = civil.year * 12 + civil.month - 1 + offset
            let next = CivilTime.daysSinceEpoch(year: (index + 1) / 12, month: (index + 1) % 12 + 1, day: 1)
            let month = index % 12 + 1
            return MonthPartition(
                name: "p\(index / 12)_\(month < 10 ? "0" : "")\(month)",
                upperBound: UUIDv7(high: UInt64(clamping: next * 86_400_000) << 16 | 0x7000, low: 0x8000_0000_0000_0000)
            )
        }
    }

    /// DDL takes no bound values; every part here is made by this program.
    static func statement(table: String, month: MonthPartition) -> String {
        """
        ALTER TABLE \(table) NOWAIT REORGANIZE PARTITION p_next INTO
        (PARTITION \(month.name) VALUES LESS THAN ('\(month.upperBound)'), PARTITION p_next VALUES LESS THAN (MAXVALUE))
        """
    }
}
