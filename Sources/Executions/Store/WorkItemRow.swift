package import Domain
import MariaDB

/// The columns of one work item that decisions are made on.
package struct WorkItemRow: Equatable, Sendable {
    package let execution: ID<Execution>
    package let project: ID<Project>
    package let bucket: Int
    package var state: WorkItemState
    package var fence: Int
    package let attempt: Int
    package let losses: Int
    package let agent: ID<Agent>?
    package let session: ID<AgentSession>?
    package let cancelRequestedAt: Timestamp?
    package var stepAcked: Int
    package let readyAt: Timestamp?
    package let offeredAt: Timestamp?
    package let acceptedAt: Timestamp?
    package let deadlineAt: Timestamp?
    /// From how many steps on its trace is kept as rows.
    package let traceSteps: Int

    static let columns: SQL = """
        execution_id, project_id, bucket_id, state, fence, attempt, infra_losses, agent_id, session_id, cancel_requested_at, \
        step_acked, ready_at, offered_at, accepted_at, deadline_at, trace_steps
        """

    init(_ row: Row) throws {
        execution = try row.id("execution_id")
        project = try row.id("project_id")
        bucket = try row.int("bucket_id")
        state = try row.value("state")
        fence = try row.int("fence")
        attempt = try row.int("attempt")
        losses = try row.int("infra_losses")
        agent = try row.idOrNil("agent_id")
        session = try row.idOrNil("session_id")
        cancelRequestedAt = try row.timeOrNil("cancel_requested_at")
        stepAcked = try row.int("step_acked")
        readyAt = try row.timeOrNil("ready_at")
        offeredAt = try row.timeOrNil("offered_at")
        acceptedAt = try row.timeOrNil("accepted_at")
        deadlineAt = try row.timeOrNil("deadline_at")
        traceSteps = try row.intOrNil("trace_steps") ?? TraceStore.maximumEmbeddedSteps
    }

    /// Locks those of `ids` that have an item, ascending.
    static func lock(_ ids: some Collection<ID<Execution>>, _ tx: Transaction) throws -> [ID<Execution>: WorkItemRow] {
        let rows = try tx.query(
            "SELECT \(sql: columns) FROM work_items WHERE execution_id IN (\(list: ids.sorted())) ORDER BY execution_id FOR UPDATE"
        ).map(WorkItemRow.init)
        return Dictionary(rows.map { ($0.execution, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Locks the row until the transaction ends; nil when there is none for which `condition` holds.
    static func lock(_ id: ID<Execution>, where condition: SQL = "TRUE", _ tx: Transaction) throws -> WorkItemRow? {
        try tx.first(
            "SELECT \(sql: columns) FROM work_items WHERE execution_id = \(id) AND \(sql: condition) FOR UPDATE"
        ).map(WorkItemRow.init)
    }
}
