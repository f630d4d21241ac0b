import Domain
import Feed
import MariaDB
import Wire

/// The accepts of one transaction over locked rows, written together.
struct AcceptBatch {
    private let caller: AgentCaller
    private let session: SessionLease.Session
    private var journal = Journal()
    private var accepted: [WorkItemWriter.Acceptance] = []
    private var attempts: [[SQLValue]] = []

    init(caller: AgentCaller, session: SessionLease.Session) {
        self.caller = caller
        self.session = session
    }

    /// Begins the attempt, or repeats the answer for one that runs already.
    ///
    /// - Parameter work: nil when the definition is gone or cannot be read: the execution is aborted.
    /// - Throws: `ExecutionFault.notFound` then.
    mutating func accept(
        _ item: WorkItemRow, _ execution: ExecutionRow, _ work: FrozenWork?, _ tx: Transaction
    ) throws -> AcceptOffers.Accepted {
        var item = item
        var execution = execution
        guard let work else {
            try abort(&item, &execution, tx)
            throw ExecutionFault.notFound
        }
        var deadlineAt = item.deadlineAt
        if item.state == .offered {
            let deadline = tx.now.adding(ms: work.timeoutMs + 30_000)
            try start(item, &execution, deadline, tx)
            deadlineAt = deadline
        }
        return AcceptOffers.Accepted(
            assignment: work.assignment(
                of: execution, fence: item.fence, deadlineAt: deadlineAt ?? tx.now),
            project: execution.project, secretNames: work.secretNames)
    }

    private mutating func start(
        _ item: WorkItemRow, _ execution: inout ExecutionRow, _ deadlineAt: Timestamp, _ tx: Transaction
    ) throws {
        execution.attempts += 1
        let agent: JSONValue = ["id": .string(caller.agent.description), "name": .string(session.agentName)]
        try ExecutionWriter.apply(
            .started, to: &execution, .init(fence: item.fence, detail: ["agent": agent]), &journal, tx)
        accepted.append(
            .init(
                execution: item.execution, fence: item.fence, attempt: execution.attempts, deadlineAt: deadlineAt))
        attempts.append([
            item.execution.sqlValue, execution.attempts.sqlValue, item.fence.sqlValue, caller.agent.sqlValue,
            caller.session.sqlValue, item.readyAt.sqlValue, item.offeredAt.sqlValue, tx.now.sqlValue,
            session.isolation.sqlValue,
        ])
    }

    private mutating func abort(_ item: inout WorkItemRow, _ execution: inout ExecutionRow, _ tx: Transaction) throws {
        guard item.state == .offered else { throw ExecutionFault.staleFence }
        try WorkItemWriter.apply(.gaveUp, to: &item, &journal, tx)
        try DeadLetters.abort(
            &execution, reason: ExecutionErrorCode.definitionGone.rawValue,
            message: "The version of the test case that this run froze is gone or cannot be read.", &journal, tx)
    }

    func write(_ tx: Transaction) throws {
        try WorkItemWriter.accept(accepted, tx)
        if !attempts.isEmpty {
            try tx.bulk(
                """
                INSERT INTO attempts (execution_id, attempt, fence, agent_id, session_id, status, ready_at, offered_at, accepted_at, isolation)
                VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, ?)
                """, rows: attempts)
        }
        try journal.write(tx)
    }
}
