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

    /// One statement: it is asked every few seconds.
    package func read() throws -> Health {
        let row = try pool.read { connection in
            try connection.first(
                """
                SELECT UTC_TIMESTAMP(3) now, (SELECT lease_until FROM leaderships WHERE name = 'engine') lease,
                  (SELECT e.at FROM outbox o JOIN events e ON e.stream_id = o.stream_id AND e.seq = o.seq_from
                   ORDER BY o.id LIMIT 1) oldest
                """)
        }
        guard let row else { return Health(leaseOverdueMs: nil, feedLagMs: 0) }
        let now = try row.time("now")
        return Health(
            leaseOverdueMs: try row.timeOrNil("lease").map { max(0, now.milliseconds(since: $0)) },
            feedLagMs: try row.timeOrNil("oldest").map { max(0, now.milliseconds(since: $0)) } ?? 0)
    }
}
