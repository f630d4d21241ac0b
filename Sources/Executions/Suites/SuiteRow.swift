import Domain
import MariaDB

/// An open suite with its counters, locked by the transaction that reads it; only the loop `suites` writes it.
struct SuiteRow {
    var execution: ExecutionRow
    var counts: ChildCounts
    /// Cancelled by stop-on-failure.
    var stopped: Int
    /// Children that are written; the rest of `total` is not yet.
    let expanded: Int

    static let columns: SQL = """
        \(sql: ExecutionRow.columns), \(sql: SuiteCounts.columns), children_stopped, children_expanded
        """

    init(_ row: Row) throws {
        execution = try ExecutionRow(row)
        counts = try SuiteCounts.read(row)
        stopped = try row.int("children_stopped")
        expanded = try row.int("children_expanded")
    }

    /// Those of `ids` that are suites and not final, ascending.
    static func lock(_ ids: some Collection<ID<Execution>>, _ tx: Transaction) throws -> [SuiteRow] {
        try tx.query(
            """
            SELECT \(sql: columns) FROM executions WHERE id IN (\(list: ids.sorted())) AND kind = 'suite'
              AND finished_at IS NULL ORDER BY id FOR UPDATE
            """
        ).map(SuiteRow.init)
    }

    var hasFailure: Bool { counts.failed + counts.timeout + counts.aborted > 0 }

    /// Whether no child is left that could still change the verdict.
    func isSettled(stopOnFailure: Bool) -> Bool {
        let unwritten = max(0, counts.total - expanded)
        guard counts.running + counts.retrying == 0, counts.pending == unwritten else { return false }
        return unwritten == 0 || execution.cancelRequestedAt != nil || (stopOnFailure && hasFailure)
    }
}
