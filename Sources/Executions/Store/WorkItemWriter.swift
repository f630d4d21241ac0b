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
    package let stepAcked: Int
    package let readyAt: Timestamp?
    package let offeredAt: Timestamp?
    package let acceptedAt: Timestamp?
    package let deadlineAt: Timestamp?

    static let columns: SQL = """
        execution_id, project_id, bucket_id, state, fence, attempt, infra_losses, agent_id, session_id, cancel_requested_at, \
        step_acked, ready_at, offered_at, accepted_at, deadline_at
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
    }

    /// Locks the row until the transaction ends; nil when there is none.
    static func lock(_ id: ID<Execution>, _ tx: Transaction) throws -> WorkItemRow? {
        try tx.first("SELECT \(sql: columns) FROM work_items WHERE execution_id = \(id) FOR UPDATE").map(
            WorkItemRow.init)
    }
}

/// The one writer of `work_items.state` and `fence`.
enum WorkItemWriter {
    /// A new item as its execution starts.
    struct New {
        var execution: ID<Execution>
        var project: ID<Project>
        var bucket: Int
        var state: WorkItemState
        var sortKey: Int64
        var notBefore: Timestamp?
    }

    static func insert(_ items: [New], _ tx: Transaction) throws {
        try tx.bulk(
            """
            INSERT INTO work_items (execution_id, project_id, bucket_id, state, sort_key, not_before, ready_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            rows: items.map { item in
                [
                    item.execution.sqlValue, item.project.sqlValue, item.bucket.sqlValue, item.state.sqlValue,
                    item.sortKey.sqlValue, item.notBefore.sqlValue,
                    (item.state == .ready ? tx.now : nil as Timestamp?).sqlValue,
                ]
            })
    }

    /// Moves a locked item; clears its holder unless it stays held, and raises the fence when late writers must lose.
    static func apply(
        _ event: WorkItemEvent, to item: inout WorkItemRow, notBefore: Timestamp? = nil, sortKey: Int64? = nil,
        _ tx: Transaction
    ) throws {
        guard let next = WorkItemMachine.next(from: item.state, on: event) else { throw ExecutionFault.staleFence }
        let fence = item.fence + (WorkItemMachine.raisesFence(event) ? 1 : 0)
        let isHeld = next == .offered || next == .running
        let rows = try tx.execute(
            """
            UPDATE work_items SET state = \(next), fence = \(fence),
              agent_id = IF(\(isHeld), agent_id, NULL), session_id = IF(\(isHeld), session_id, NULL),
              offered_until = NULL, deadline_at = NULL,
              not_before = COALESCE(\(notBefore), not_before), sort_key = COALESCE(\(sortKey), sort_key),
              ready_at = IF(\(next == .ready), \(tx.now), ready_at),
              infra_losses = infra_losses + \(event == .lost ? 1 : 0),
              inventory_misses = 0, cancel_requested_at = IF(\(next == .done), cancel_requested_at, NULL)
            WHERE execution_id = \(item.execution) AND state = \(item.state) AND fence = \(item.fence)
            """)
        guard rows == 1 else { throw ExecutionFault.staleFence }
        item.state = next
        item.fence = fence
    }

    /// offered → running under the same fence; a new attempt begins with no step acknowledged.
    static func accept(_ item: inout WorkItemRow, attempt: Int, deadlineAt: Timestamp, _ tx: Transaction) throws {
        let rows = try tx.execute(
            """
            UPDATE work_items SET state = 'running', attempt = \(attempt), accepted_at = \(tx.now), deadline_at = \(deadlineAt),
              offered_until = NULL, step_acked = 0, inventory_misses = 0
            WHERE execution_id = \(item.execution) AND state = 'offered' AND fence = \(item.fence)
            """)
        guard rows == 1 else { throw ExecutionFault.staleFence }
        item.state = .running
    }

    /// Marks a held item so that its agent stops it; the state stays.
    static func requestCancel(_ execution: ID<Execution>, _ tx: Transaction) throws {
        try tx.execute(
            """
            UPDATE work_items SET cancel_requested_at = COALESCE(cancel_requested_at, \(tx.now))
            WHERE execution_id = \(execution)
            """)
    }

    /// ready → offered for a whole batch by primary key; returns how many rows still were as expected.
    static func offer(_ offers: [PlannedOffer], until: Timestamp, _ tx: Transaction) throws -> Int {
        var values: SQL = ""
        for (index, offer) in offers.enumerated() {
            values =
                values + (index == 0 ? "SELECT " : " UNION ALL SELECT ")
                + "\(offer.execution) id, \(offer.fence) fence, \(offer.session) session, \(offer.agent) agent"
        }
        return try tx.execute(
            """
            UPDATE work_items w JOIN (\(sql: values)) v ON v.id = w.execution_id AND v.fence = w.fence
            SET w.state = 'offered', w.fence = w.fence + 1, w.session_id = v.session, w.agent_id = v.agent,
              w.offered_until = \(until), w.offered_at = \(tx.now)
            WHERE w.state = 'ready'
            """)
    }
}
