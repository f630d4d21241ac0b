import Domain
import Feed
import MariaDB
import Wire

/// Writes the next children of a suite, in order, with their work items.
enum ExpandSuite {
    /// Writes `cases`, the next that are unwritten, as children.
    ///
    /// - Returns: how many were written; 0 when the suite was cancelled, stopped or expanded by somebody else.
    static func expand(
        _ id: ID<Execution>, _ request: FrozenRequest, _ cases: ArraySlice<FrozenRequest.Case>, _ tx: Transaction
    ) throws -> Int {
        guard let plan = request.suite,
            let row = try tx.first(
                """
                SELECT \(sql: SuiteRow.columns), environment, branch, commit_id, started_by
                FROM executions WHERE id = \(id) AND kind = 'suite' AND finished_at IS NULL AND cancel_requested_at IS NULL
                  AND children_expanded = \(cases.startIndex) FOR UPDATE
                """)
        else { return 0 }
        let counted = try SuiteRow(row)
        let suite = counted.execution
        if plan.stopOnFailure, counted.hasFailure { return 0 }
        let first = cases.startIndex
        // Ids of one millisecond have no order of their own: sorted, they follow the suite's.
        let ids = cases.map { _ in ID<Execution>(at: tx.now) }.sorted()
        let children = zip(ids, cases).enumerated().map { offset, pair in
            Child(id: pair.0, position: first + offset, one: pair.1)
        }
        // A suite that runs in parallel without limit hands everything to the queue; otherwise cases wait in `blocked`.
        let state: WorkItemState = plan.parallel == nil && !plan.stopOnFailure ? .ready : .blocked
        let priority = suite.priority
        try insertWorkItems(children, suite, request, state, priority, tx)
        try insertExecutions(children, suite, row, priority, tx)
        try tx.execute(
            "UPDATE executions SET children_expanded = \(first + children.count) WHERE id = \(id) AND children_expanded = \(first)"
        )
        var journal = Journal()
        for child in children {
            var execution = ExecutionRow(
                inserted: child.id, project: suite.project, projectKey: suite.projectKey, kind: .case, root: suite.root,
                parent: suite.id, position: child.position, priority: priority, name: child.one.name, at: tx.now)
            let body: [String: JSONValue] = [
                "from": .null, "to": "pending", "name": .string(child.one.name), "kind": "case", "number": .null,
                "priority": .string(priority.rawValue),
            ]
            journal.add([EventDraft(.executionQueued, body)], to: &execution, at: tx.now)
        }
        try journal.write(tx)
        return children.count
    }

    private struct Child {
        let id: ID<Execution>
        let position: Int
        let one: FrozenRequest.Case
    }

    private static func insertWorkItems(
        _ children: [Child], _ suite: ExecutionRow, _ request: FrozenRequest, _ state: WorkItemState,
        _ priority: Priority,
        _ tx: Transaction
    ) throws {
        var buckets: [[String]: Int] = [:]
        let due = request.notBefore.flatMap { $0 > tx.now ? $0 : nil }
        let items = try children.map { child -> WorkItemWriter.New in
            let labels = request.labels(of: child.one)
            let bucket =
                try buckets[labels]
                ?? BucketStore.intern(
                    project: suite.project, concurrencyKey: request.concurrencyKey ?? "", labels: labels, tx)
            buckets[labels] = bucket
            // Equal keys go by id, which follows the suite's order.
            return WorkItemWriter.New(
                execution: child.id, project: suite.project, bucket: bucket,
                state: due != nil && state == .ready ? .scheduled : state,
                sortKey: priority.sortKey(runnableAt: due ?? suite.createdAt), notBefore: due,
                traceSteps: request.project?.traceSteps)
        }
        try WorkItemWriter.insert(items, tx)
    }

    private static func insertExecutions(
        _ children: [Child], _ suite: ExecutionRow, _ row: Row, _ priority: Priority, _ tx: Transaction
    ) throws {
        let environment = try row.text("environment").sqlValue
        let branch = try row.text("branch").sqlValue
        let commit = try row.text("commit_id").sqlValue
        let starter = try row.textOrNil("started_by").sqlValue
        try tx.bulk(
            """
            INSERT INTO executions (id, project_id, project_key, kind, root_id, parent_id, position, definition_id,
              definition_version, definition_key, name, type, status, last_seq, environment, branch, commit_id, priority,
              started_by, created_at)
            VALUES (?, ?, ?, 'case', ?, ?, ?, ?, ?, ?, ?, ?, 'pending', 1, ?, ?, ?, ?, ?, ?)
            """,
            rows: children.map { child in
                [
                    child.id.sqlValue, suite.project.sqlValue, suite.projectKey.sqlValue, suite.root.sqlValue,
                    suite.id.sqlValue, child.position.sqlValue, child.one.id.sqlValue, child.one.version.sqlValue,
                    child.one.key.sqlValue, child.one.name.sqlValue, child.one.type.sqlValue, environment, branch,
                    commit,
                    priority.sqlValue, starter, tx.now.sqlValue,
                ]
            })
        try tx.bulk(
            "INSERT INTO execution_requests (execution_id, request) VALUES (?, ?)",
            rows: try children.map { [$0.id.sqlValue, try jsonText(FrozenRequest(case: $0.one)).sqlValue] })
    }
}
