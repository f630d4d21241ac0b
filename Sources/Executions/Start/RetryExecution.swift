package import Domain
package import MariaDB

/// Starts a new root execution from the frozen request of a final one.
package struct RetryExecution: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// - Parameter failedOnly: for a suite, only its cases that failed, timed out or were aborted.
    /// - Throws: `ExecutionFault.notFound`, `.invalidTransition` while it is not final, `.invalid` when nothing failed.
    package func retry(
        _ id: ID<Execution>, project: ID<Project>, failedOnly: Bool, startedBy: FrozenRequest.Starter,
        idempotency: IdempotencyKey?, alongside: @escaping Alongside = { _, _ in }
    ) throws -> StartResult {
        try pool.transaction { tx in
            if let replay = try Idempotency.replay(idempotency, tx) { return replay }
            guard
                let found = try tx.first(
                    "SELECT \(sql: ExecutionRow.columns) FROM executions WHERE id = \(id) AND project_id = \(project)"
                )
            else { throw ExecutionFault.notFound }
            let row = try ExecutionRow(found)
            guard row.status.isFinal else { throw ExecutionFault.invalidTransition(from: row.status) }
            guard !(try isImported(row, tx)) else {
                throw ExecutionFault.invalid([FieldFault("/id", "came from another tool: run it again there")])
            }
            let (own, root) = try RequestStore.read(row, tx)
            var request = root
            request.startedBy = startedBy
            request.notBefore = nil
            request.suite = own.suite
            request.suite?.cases = try RequestStore.cases(of: id, tx)
            request.case = own.case
            if own.suite == nil, let suite = root.suite { request.case?.takeOver(suite) }
            if failedOnly, let suite = request.suite { request.suite = try onlyFailed(suite, of: id, tx) }
            let wish = StartRequest(
                project: project, projectKey: row.projectKey, request: request, priority: row.priority,
                retryOf: id, idempotency: idempotency, alongside: alongside)
            return StartResult(id: try StartExecution.insert(wish, tx), isReplay: false)
        }
    }

    private func isImported(_ row: ExecutionRow, _ tx: Transaction) throws -> Bool {
        try row.kind == .import
            || tx.first("SELECT execution_id FROM import_runs WHERE execution_id = \(row.root)") != nil
    }

    private func onlyFailed(_ suite: FrozenRequest.Suite, of id: ID<Execution>, _ tx: Transaction) throws
        -> FrozenRequest.Suite
    {
        let positions = try tx.query(
            """
            SELECT position FROM executions WHERE parent_id = \(id) AND status IN ('failed', 'timeout', 'aborted')
            ORDER BY position
            """
        ).map { try $0.int("position") }
        var only = suite
        only.cases = positions.compactMap { suite.cases.indices.contains($0) ? suite.cases[$0] : nil }
        guard !only.cases.isEmpty else {
            throw ExecutionFault.invalid([FieldFault("/failedOnly", "no case of this run failed")])
        }
        return only
    }
}

extension FrozenRequest.Case {
    /// Leaves its suite to run alone: what the suite said for it stays.
    fileprivate mutating func takeOver(_ suite: FrozenRequest.Suite) {
        timeoutMs = timeoutMs ?? suite.timeoutMs
        retry = retry ?? suite.retry
    }
}
