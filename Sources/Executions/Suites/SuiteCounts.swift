import Domain
import MariaDB

/// The counters of a suite's row: how its children stand.
enum SuiteCounts {
    static let columns: SQL = """
        children_total, children_running, children_passed, children_failed, children_timeout, children_cancelled, children_aborted, \
        children_skipped, children_errors
        """

    /// Retrying children count as running; what is neither running nor final is pending.
    static func read(_ row: Row) throws -> ChildCounts {
        var counts = ChildCounts()
        counts.total = try row.int("children_total")
        counts.running = try row.int("children_running")
        counts.passed = try row.int("children_passed")
        counts.failed = try row.int("children_failed")
        counts.timeout = try row.int("children_timeout")
        counts.cancelled = try row.int("children_cancelled")
        counts.aborted = try row.int("children_aborted")
        counts.skipped = try row.int("children_skipped")
        counts.errors = try row.int("children_errors")
        counts.pending = max(0, counts.total - counts.running - counts.finished)
        return counts
    }

    static func write(_ suite: SuiteRow, _ tx: Transaction) throws {
        let counts = suite.counts
        try tx.execute(
            """
            UPDATE executions SET children_running = \(counts.running + counts.retrying), children_passed = \(counts.passed),
              children_failed = \(counts.failed), children_timeout = \(counts.timeout), children_cancelled = \(counts.cancelled),
              children_aborted = \(counts.aborted), children_skipped = \(counts.skipped), children_stopped = \(suite.stopped)
            WHERE id = \(suite.execution.id)
            """)
    }

    /// Counts the children themselves: the repair of a suite whose children are all final and that does not settle.
    static func recount(_ suite: inout SuiteRow, _ tx: Transaction) throws {
        var counts = ChildCounts()
        suite.stopped = 0
        let rows = try tx.query(
            """
            SELECT status, COUNT(*) n, CAST(COALESCE(SUM(reason = 'suiteStopped'), 0) AS SIGNED) stopped FROM executions
            WHERE parent_id = \(suite.execution.id) GROUP BY status
            """)
        for row in rows {
            counts.add(try row.int("n"), try row.value("status"))
            suite.stopped += try row.int("stopped")
        }
        counts.total = suite.counts.total
        counts.running += counts.retrying
        counts.retrying = 0
        counts.pending = max(0, counts.total - counts.running - counts.finished)
        suite.counts = counts
    }

    static func json(_ counts: ChildCounts) -> JSONValue {
        [
            "total": .integer(Int64(counts.total)), "pending": .integer(Int64(counts.pending)),
            "running": .integer(Int64(counts.running)), "retrying": .integer(Int64(counts.retrying)),
            "passed": .integer(Int64(counts.passed)), "failed": .integer(Int64(counts.failed)),
            "timeout": .integer(Int64(counts.timeout)), "cancelled": .integer(Int64(counts.cancelled)),
            "aborted": .integer(Int64(counts.aborted)), "skipped": .integer(Int64(counts.skipped)),
            "errors": .integer(Int64(counts.errors)),
        ]
    }
}
