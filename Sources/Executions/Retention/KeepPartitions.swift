import Domain
package import MariaDB
package import Feed

/// Keeps monthly partitions of events and steps three months ahead, and drops those past their time: that gives the
/// disk back, which deleting rows does not.
package struct KeepPartitions {
    static let tables = ["step_results", "events"]
    static let everyMs: Int64 = 3_600_000
    /// Days that a month is kept after its end, unless the settings say otherwise.
    package static let rule = RetentionRule(
        "events", about: "events and long traces, a month at a time", defaultDays: 180,
        count: { database, before in try expired(before: before, database).count }, purge: { _, _, _ in 0 })

    private let pool: Pool
    private let days: RetentionDays
    private var ranAtMs: Int64?

    /// - Parameter pool: with the owner's rights, which the roles' user does not have.
    package init(pool: Pool, days: RetentionDays) {
        self.pool = pool
        self.days = days
    }

    /// Looks once an hour. A table that is in use right now, by a reader or by InnoDB's own purge, is left for the next
    /// pass (`NOWAIT`): waiting would hold up every query behind it.
    /// - Returns: names of partitions dropped.
    package mutating func runOnce(monotonicMs: Int64) throws -> [String] {
        if let ranAtMs, monotonicMs - ranAtMs < Self.everyMs { return [] }
        do {
            let dropped = try work()
            ranAtMs = monotonicMs
            return dropped
        } catch DatabaseError.lockTimeout {
            return []
        }
    }

    private func work() throws -> [String] {
        let now = try pool.transaction { $0.now }
        return try pool.read { connection in
            for table in Self.tables { try Self.keepAhead(table, now, connection) }
            guard let cutoff = days.cutoff(of: Self.rule, now: now) else { return [] }
            let old = try Self.expired(before: cutoff, connection)
            for partition in old {
                try connection.executeRaw("ALTER TABLE \(partition.table) NOWAIT DROP PARTITION \(partition.name)")
            }
            return old.map { "\($0.table).\($0.name)" }
        }
    }

    /// Splits `p_next` until three months beyond the current one have partitions of their own.
    private static func keepAhead(_ table: String, _ now: Timestamp, _ connection: Connection) throws {
        let existing = Set(try names(table, connection))
        for month in MonthPartition.months(from: now, count: 4) where !existing.contains(month.name) {
            try connection.executeRaw(MonthPartition.statement(table: table, month: month))
        }
    }

    private static func names(_ table: String, _ connection: Connection) throws -> [String] {
        try connection.query(
            """
            SELECT partition_name FROM information_schema.partitions
            WHERE table_schema = DATABASE() AND table_name = \(table) ORDER BY partition_ordinal_position
            """
        ).map { try $0.text("partition_name") }
    }

    /// Partitions whose month ended before `before`.
    private static func expired(
        before: Timestamp, _ connection: Connection
    ) throws -> [(table: String, name: String)] {
        var old: [(table: String, name: String)] = []
        for table in tables {
            for name in try names(table, connection) {
                guard let month = MonthPartition(name: name), month.end <= before else { continue }
                old.append((table, name))
            }
        }
        return old
    }
}
