import Domain
import MariaDB

/// An import's run with its counters, locked by the transaction that reads it.
struct ImportRunRow {
    var execution: ExecutionRow
    var counts: ChildCounts
    let environment: String
    let branch: String
    let commit: String
    let startedBy: UUIDv7?
    let runKey: String?
    let failure: (code: String, message: String)?
    let allowsEmpty: Bool
    var earliest: Timestamp?
    var latest: Timestamp?
    var lastItem: Int

    static func lock(_ id: ID<Execution>, _ tx: Transaction) throws -> ImportRunRow {
        guard
            let row = try tx.first(
                """
                SELECT \(sql: ExecutionRow.columns), \(sql: SuiteCounts.columns), environment, branch, commit_id, started_by
                FROM executions WHERE id = \(id) AND kind = 'import' FOR UPDATE
                """),
            let own = try tx.first(
                """
                SELECT run_key, failure, failure_message, allow_empty, earliest, latest, last_item
                FROM import_runs WHERE execution_id = \(id) FOR UPDATE
                """)
        else { throw ExecutionFault.notFound }
        return ImportRunRow(
            execution: try ExecutionRow(row), counts: try SuiteCounts.read(row),
            environment: try row.text("environment"), branch: try row.text("branch"),
            commit: try row.text("commit_id"), startedBy: try row.uuidOrNil("started_by"),
            runKey: try own.textOrNil("run_key"),
            failure: try own.textOrNil("failure").map { ($0, try own.textOrNil("failure_message") ?? "") },
            allowsEmpty: try own.bool("allow_empty"), earliest: try own.timeOrNil("earliest"),
            latest: try own.timeOrNil("latest"), lastItem: try own.int("last_item"))
    }

    /// Writes the counters and how far the results reach; the status is not touched.
    func write(_ tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE executions SET children_total = \(counts.total), children_expanded = \(counts.total),
              children_passed = \(counts.passed), children_failed = \(counts.failed), children_timeout = \(counts.timeout),
              children_skipped = \(counts.skipped), children_errors = \(counts.errors)
            WHERE id = \(execution.id)
            """)
        try tx.execute(
            """
            UPDATE import_runs SET earliest = \(earliest), latest = \(latest), last_item = \(lastItem)
            WHERE execution_id = \(execution.id)
            """)
    }
}
