import Domain
package import MariaDB

/// Whether somebody schedules and whether the feed keeps up; for readiness.
package struct ReadHealth: Sendable {
    package struct Health: Equatable, Sendable {
        /// Time since the engine's lease ran out; 0 while it holds, nil when nobody ever led.
        package let leaseOverdueMs: Int64?
        /// Age of the oldest event that is not in the feed yet; 0 when all are.
        package let feedLagMs: Int64
    }

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    package func read() throws -> Health {
        try pool.transaction { tx in
            let lease = try tx.first("SELECT lease_until FROM leaderships WHERE name = 'engine'")
            let oldest = try tx.first(
                """
                SELECT e.at FROM outbox o JOIN events e ON e.stream_id = o.stream_id AND e.seq = o.seq_from
                ORDER BY o.id LIMIT 1
                """)
            return Health(
                leaseOverdueMs: try lease.map { max(0, tx.now.milliseconds(since: try $0.time("lease_until"))) },
                feedLagMs: try oldest.map { max(0, tx.now.milliseconds(since: try $0.time("at"))) } ?? 0)
        }
    }
}
