package import Domain
package import MariaDB
package import Wire

/// Turns an offer into a running attempt, and gives the agent all it needs for it.
package struct AcceptOffer: Sendable {
    /// The assignment without secret values, and whose secrets the door must add.
    package struct Accepted: Sendable {
        package var assignment: Assignment
        package let project: ID<Project>
        package let secretNames: [String]
    }

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Idempotent for the same session and fence while the attempt runs.
    ///
    /// - Throws: `ExecutionFault.sessionEnded`, `.staleFence`, or `.notFound` when the definition is gone
    ///   (the execution is then aborted and becomes a dead letter).
    package func accept(_ id: ID<Execution>, fence: Int, by caller: AgentCaller) throws -> Accepted {
        let accepted: Accepted? = try pool.transaction { tx in
            try SessionLease.extend(caller, tx)
            guard var item = try WorkItemRow.lock(id, tx), caller.holds(item, fence: fence) else {
                throw ExecutionFault.staleFence
            }
            var execution = try ExecutionRow.lock(id, tx)
            let (own, root) = try RequestStore.read(execution, tx)
            guard let one = own.case, let definition = try definition(of: one, tx) else {
                try abort(&item, &execution, tx)
                return nil
            }
            let timeout = root.timeoutMs(of: one)
            if item.state == .offered {
                try start(&item, &execution, caller, deadlineAt: tx.now.adding(ms: timeout + 30_000), tx)
            }
            let deadline = try tx.first("SELECT deadline_at FROM work_items WHERE execution_id = \(id)")?.timeOrNil(
                "deadline_at")
            return Accepted(
                assignment: Assignment(
                    execution: id, fence: fence, attempt: execution.attempts, project: execution.projectKey,
                    name: execution.name, definition: definition, parameters: root.parameters ?? [:],
                    environment: Assignment.Environment(
                        name: root.environment?.name ?? "", variables: root.environment?.variables ?? [:]),
                    secrets: [:], timeoutMs: timeout, stepTimeoutMs: FrozenRequest.defaultStepTimeoutMs,
                    deadlineAt: deadline ?? tx.now, beatMs: BeatTiming.busy.beatMs, leaseMs: BeatTiming.busy.leaseMs),
                project: execution.project,
                secretNames: secretNames(in: [try jsonText(definition), try jsonText(root)]))
        }
        guard let accepted else { throw ExecutionFault.notFound }
        return accepted
    }

    private func definition(of one: FrozenRequest.Case, _ tx: Transaction) throws -> CaseDefinition? {
        guard
            let row = try tx.first(
                "SELECT definition FROM test_case_versions WHERE definition_id = \(one.id) AND version = \(one.version)"
            )
        else { return nil }
        return try jsonDecoded(CaseDefinition.self, try row.text("definition"))
    }

    private func start(
        _ item: inout WorkItemRow, _ execution: inout ExecutionRow, _ caller: AgentCaller, deadlineAt: Timestamp,
        _ tx: Transaction
    ) throws {
        execution.attempts += 1
        try WorkItemWriter.accept(&item, attempt: execution.attempts, deadlineAt: deadlineAt, tx)
        let agent = try tx.first("SELECT name FROM agents WHERE id = \(caller.agent)")?.text("name") ?? ""
        var journal = Journal()
        try ExecutionWriter.apply(
            .started, to: &execution,
            .init(
                fence: item.fence,
                detail: ["agent": ["id": .string(caller.agent.description), "name": .string(agent)]]), &journal, tx)
        try tx.execute(
            """
            INSERT INTO attempts (execution_id, attempt, fence, agent_id, session_id, status, ready_at, offered_at, accepted_at, isolation)
            SELECT \(item.execution), \(execution.attempts), \(item.fence), \(caller.agent), \(caller.session), 'running',
              \(item.readyAt), \(item.offeredAt), \(tx.now), isolation FROM agent_sessions WHERE id = \(caller.session)
            """)
        try tx.execute(
            "INSERT INTO traces (execution_id, attempt, steps) VALUES (\(item.execution), \(execution.attempts), '[]')")
        try journal.write(tx)
    }

    private func abort(_ item: inout WorkItemRow, _ execution: inout ExecutionRow, _ tx: Transaction) throws {
        guard item.state == .offered else { throw ExecutionFault.staleFence }
        try WorkItemWriter.apply(.gaveUp, to: &item, tx)
        var journal = Journal()
        try DeadLetters.abort(
            &execution, reason: "definition_gone", message: "The version of the test case that this run froze is gone.",
            &journal, tx)
        try journal.write(tx)
    }
}

/// Names inside `${secret:NAME}`, each once, in order of appearance.
func secretNames(in texts: [String]) -> [String] {
    var names: [String] = []
    for text in texts {
        var rest = text[...]
        while let start = rest.firstRange(of: "${secret:") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { break }
            let name = String(rest[..<end])
            if !names.contains(name) { names.append(name) }
            rest = rest[end...]
        }
    }
    return names
}
