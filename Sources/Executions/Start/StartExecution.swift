import Domain
import Feed
package import MariaDB
import Wire

/// Starts a case or a suite: one transaction writes the execution, its request, work item, event and idempotency key.
package struct StartExecution: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// - Throws: `ExecutionFault.idempotencyConflict` when the key came with another body, `invalid` for limits.
    package func start(_ wish: StartRequest) throws -> StartResult {
        do {
            return try pool.transaction { tx in
                if let replay = try Idempotency.replay(wish.idempotency, tx) { return replay }
                return StartResult(id: try StartExecution.insert(wish, tx), isReplay: false)
            }
        } catch DatabaseError.duplicate {
            // Another request with the same key committed first: answer with its execution.
            return try pool.transaction { tx in
                guard let replay = try Idempotency.replay(wish.idempotency, tx) else {
                    throw ExecutionFault.idempotencyConflict
                }
                return replay
            }
        }
    }

    /// Inserts a root execution inside the caller's transaction; everything in lock order, outbox last.
    static func insert(_ wish: StartRequest, _ tx: Transaction) throws -> ID<Execution> {
        let id = ID<Execution>(at: tx.now)
        let request = wish.request
        guard request.faults.isEmpty else { throw ExecutionFault.invalid(request.faults) }
        let kind: ExecutionKind = request.suite == nil ? .case : .suite
        if let one = request.case { try insertWorkItem(id, one, wish, tx) }
        let number = try nextNumber(wish.project, tx)
        try tx.execute(
            """
            INSERT INTO executions (id, project_id, project_key, number, kind, root_id, retry_of, definition_id,
              definition_version, definition_key, name, type, status, last_seq, environment, branch, commit_id, priority,
              started_by, created_at, children_total)
            VALUES (\(id), \(wish.project), \(wish.projectKey), \(number), \(kind), \(id), \(wish.retryOf),
              \(request.case?.id.uuid ?? request.suite?.id.uuid), \(request.case?.version ?? request.suite?.version),
              \(request.case?.key ?? request.suite?.key), \(request.case?.name ?? request.suite?.name ?? ""),
              \(request.case?.type), 'pending', 1, \(request.environment?.name ?? ""), \(request.revision?.branch ?? ""),
              \(request.revision?.commit ?? ""), \(wish.priority), \(request.startedBy.flatMap { UUIDv7($0.id) }),
              \(tx.now), \(request.suite?.cases.count ?? 0))
            """)
        try RequestStore.write(request, of: id, tx)
        try Idempotency.record(wish.idempotency, resource: id, tx)
        try wish.alongside(tx, id)
        try writeQueued(id, number, wish, tx)
        return id
    }

    private static func insertWorkItem(
        _ id: ID<Execution>, _ one: FrozenRequest.Case, _ wish: StartRequest, _ tx: Transaction
    ) throws {
        let bucket = try BucketStore.intern(
            project: wish.project, concurrencyKey: wish.request.concurrencyKey ?? "",
            labels: wish.request.labels(of: one), tx)
        let due = wish.request.notBefore.flatMap { $0 > tx.now ? $0 : nil }
        try WorkItemWriter.insert(
            [
                WorkItemWriter.New(
                    execution: id, project: wish.project, bucket: bucket, state: due == nil ? .ready : .scheduled,
                    sortKey: wish.priority.sortKey(runnableAt: due ?? tx.now), notBefore: due,
                    traceSteps: wish.request.project?.traceSteps)
            ], tx)
    }

    /// The next run number of the project, dense per committed start.
    static func nextNumber(_ project: ID<Project>, _ tx: Transaction) throws -> Int {
        try tx.execute(
            """
            INSERT INTO project_counters (project_id, last_number) VALUES (\(project), 1)
            ON DUPLICATE KEY UPDATE last_number = last_number + 1
            """)
        guard let row = try tx.first("SELECT last_number FROM project_counters WHERE project_id = \(project)") else {
            throw ExecutionFault.notFound
        }
        return try row.int("last_number")
    }

    private static func writeQueued(_ id: ID<Execution>, _ number: Int, _ wish: StartRequest, _ tx: Transaction) throws
    {
        let request = wish.request
        var row = ExecutionRow(
            inserted: id, project: wish.project, projectKey: wish.projectKey, number: number,
            kind: request.suite == nil ? .case : .suite, root: id, priority: wish.priority,
            name: request.case?.name ?? request.suite?.name ?? "",
            at: tx.now)
        var journal = Journal()
        let body: [String: JSONValue] = [
            "from": .null, "to": "pending", "name": .string(row.name), "kind": .string(row.kind.rawValue),
            "number": .integer(Int64(number)), "priority": .string(wish.priority.rawValue),
        ]
        journal.add(
            [EventDraft(.executionQueued, body, actor: wish.request.startedBy.flatMap { UUIDv7($0.id) })], to: &row,
            at: tx.now)
        try journal.write(tx)
    }
}
