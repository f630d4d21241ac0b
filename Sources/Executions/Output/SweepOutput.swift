package import MariaDB

/// Removes what steps printed while they ran, soon after their attempt has ended: their results hold it then. Of a step
/// that has none, because its agent was lost, the rows are all there is: they stay for a day.
package struct SweepOutput: Sendable {
    /// Who watches gets the end in the order in which it was printed.
    static let graceSeconds = 60
    static let graceOfLostSeconds = 86_400
    static let rows = 500

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// One step; answers how many rows it removed. Blocks.
    ///
    /// - Parameter touch: called first in the transaction, to renew or lose a leadership.
    package func runOnce(touch: (Transaction) throws -> Void = { _ in }) throws -> Int {
        let ended = try pool.read { connection in
            try connection.query(
                """
                SELECT o.execution_id, o.attempt, a.step_count,
                  COALESCE(a.finished_at < UTC_TIMESTAMP(3) - INTERVAL \(Self.graceOfLostSeconds) SECOND, TRUE) AS is_old
                FROM (SELECT execution_id, attempt, MIN(step) AS step FROM execution_output
                  GROUP BY execution_id, attempt) o
                LEFT JOIN attempts a ON a.execution_id = o.execution_id AND a.attempt = o.attempt
                WHERE a.execution_id IS NULL
                  OR (a.finished_at < UTC_TIMESTAMP(3) - INTERVAL \(Self.graceSeconds) SECOND AND o.step <= a.step_count)
                  OR a.finished_at < UTC_TIMESTAMP(3) - INTERVAL \(Self.graceOfLostSeconds) SECOND
                LIMIT 100
                """)
        }
        guard !ended.isEmpty else { return 0 }
        return try pool.transaction { tx in
            try touch(tx)
            var removed = 0
            for row in ended where removed < Self.rows {
                let steps = try row.bool("is_old") ? Int(UInt32.max) : row.int("step_count")
                removed += try tx.execute(
                    """
                    DELETE FROM execution_output WHERE execution_id = \(try row.uuidOrNil("execution_id"))
                      AND attempt = \(try row.int("attempt")) AND step <= \(steps) LIMIT \(Self.rows)
                    """)
            }
            return removed
        }
    }
}
