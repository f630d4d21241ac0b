import Domain
import MariaDB

/// How a suite's children stand, read from their rows and shown on the suite's.
enum SuiteCounts {
    static let columns: SQL = """
        children_total, children_running, children_passed, children_failed, children_timeout, children_cancelled, children_aborted
        """

    static func values(_ row: Row) throws -> [Int] {
        [
            try row.int("children_total"), try row.int("children_running"), try row.int("children_passed"),
            try row.int("children_failed"), try row.int("children_timeout"), try row.int("children_cancelled"),
            try row.int("children_aborted"),
        ]
    }

    static func values(_ counts: ChildCounts) -> [Int] {
        [
            counts.total, counts.running + counts.retrying, counts.passed, counts.failed, counts.timeout,
            counts.cancelled,
            counts.aborted,
        ]
    }

    /// The children of a suite as they stand.
    struct Children {
        /// By status; children not yet written count as pending.
        var counts = ChildCounts()
        /// Cancelled by stop-on-failure.
        var stopped = 0
        /// When the first child began; nil before.
        var startedAt: Timestamp?
        var unwritten = 0
    }

    static func read(_ suite: ID<Execution>, total: Int, _ tx: Transaction) throws -> Children {
        var children = Children()
        var written = 0
        let rows = try tx.query(
            """
            SELECT status, COUNT(*) n, SUM(reason = 'suiteStopped') stopped, MIN(started_at) started
            FROM executions WHERE parent_id = \(suite) GROUP BY status
            """)
        for row in rows {
            let n = try row.int("n")
            children.counts.add(n, try row.value("status"))
            written += n
            children.stopped += Int(try row.doubleOrNil("stopped") ?? 0)
            children.startedAt = try [children.startedAt, row.timeOrNil("started")].compactMap { $0 }.min()
        }
        children.counts.total = total
        children.unwritten = max(0, total - written)
        children.counts.pending += children.unwritten
        return children
    }

    static func write(_ counts: ChildCounts, to suite: ID<Execution>, _ tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE executions SET children_total = \(counts.total), children_running = \(counts.running + counts.retrying),
              children_passed = \(counts.passed), children_failed = \(counts.failed), children_timeout = \(counts.timeout),
              children_cancelled = \(counts.cancelled), children_aborted = \(counts.aborted)
            WHERE id = \(suite)
            """)
    }

    static func json(_ counts: ChildCounts) -> JSONValue {
        [
            "total": .integer(Int64(counts.total)), "pending": .integer(Int64(counts.pending)),
            "running": .integer(Int64(counts.running)), "retrying": .integer(Int64(counts.retrying)),
            "passed": .integer(Int64(counts.passed)), "failed": .integer(Int64(counts.failed)),
            "timeout": .integer(Int64(counts.timeout)), "cancelled": .integer(Int64(counts.cancelled)),
            "aborted": .integer(Int64(counts.aborted)),
        ]
    }
}
