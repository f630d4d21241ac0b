import Domain
import MariaDB

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
        /// Of the project; nil as the installation does it.
        var traceSteps: Int?
    }

    static func insert(_ items: [New], _ tx: Transaction) throws {
        try tx.bulk(
            """
            INSERT INTO work_items (execution_id, project_id, bucket_id, state, sort_key, not_before, ready_at, trace_steps)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            rows: items.map { item in
                [
                    item.execution.sqlValue, item.project.sqlValue, item.bucket.sqlValue, item.state.sqlValue,
                    item.sortKey.sqlValue, item.notBefore.sqlValue,
                    (item.state == .ready ? tx.now : nil as Timestamp?).sqlValue, item.traceSteps.sqlValue,
                ]
            })
    }

    /// Moves a locked item; clears its holder unless it stays held, and raises the fence when late writers must lose.
    static func apply(
        _ event: WorkItemEvent, to item: inout WorkItemRow, notBefore: Timestamp? = nil, sortKey: Int64? = nil,
        _ journal: inout Journal, _ tx: Transaction
    ) throws {
        guard let next = WorkItemMachine.next(from: item.state, on: event) else { throw ExecutionFault.staleFence }
        let fence = item.fence + (WorkItemMachine.raisesFence(event) ? 1 : 0)
        let isHeld = next == .offered || next == .running
        journal.add(item: [
            next.sqlValue, fence.sqlValue, isHeld.sqlValue, isHeld.sqlValue, notBefore.sqlValue, sortKey.sqlValue,
            (next == .ready ? tx.now : nil).sqlValue, (event == .lost ? 1 : 0).sqlValue, (next == .done).sqlValue,
            item.stepAcked.sqlValue, item.execution.sqlValue, item.state.sqlValue, item.fence.sqlValue,
        ])
        item.state = next
        item.fence = fence
    }

    /// Writes changes in order; each row is locked by this transaction.
    static func write(_ rows: [[SQLValue]], _ tx: Transaction) throws {
        guard !rows.isEmpty else { return }
        let found = try tx.bulk(
            """
            UPDATE work_items SET state = ?, fence = ?, agent_id = IF(?, agent_id, NULL), session_id = IF(?, session_id, NULL),
              offered_until = NULL, deadline_at = NULL, not_before = COALESCE(?, not_before), sort_key = COALESCE(?, sort_key),
              ready_at = COALESCE(?, ready_at), infra_losses = infra_losses + ?, inventory_misses = 0,
              cancel_requested_at = IF(?, cancel_requested_at, NULL), step_acked = ?
            WHERE execution_id = ? AND state = ? AND fence = ?
            """, rows: rows)
        guard found == rows.count else { throw ExecutionFault.staleFence }
    }

    /// What makes an offered item running.
    struct Acceptance {
        let execution: ID<Execution>
        let fence: Int
        let attempt: Int
        let deadlineAt: Timestamp
    }

    /// offered → running under the same fence; a new attempt begins with no step acknowledged.
    static func accept(_ items: [Acceptance], _ tx: Transaction) throws {
        guard !items.isEmpty else { return }
        let found = try tx.bulk(
            """
            UPDATE work_items SET state = 'running', attempt = ?, accepted_at = ?, deadline_at = ?, offered_until = NULL,
              step_acked = 0, inventory_misses = 0
            WHERE execution_id = ? AND state = 'offered' AND fence = ?
            """,
            rows: items.map { item in
                [
                    item.attempt.sqlValue, tx.now.sqlValue, item.deadlineAt.sqlValue, item.execution.sqlValue,
                    item.fence.sqlValue,
                ]
            })
        guard found == items.count else { throw ExecutionFault.staleFence }
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
        try tx.bulk(
            """
            UPDATE work_items SET state = 'offered', fence = fence + 1, session_id = ?, agent_id = ?, offered_until = ?, offered_at = ?
            WHERE execution_id = ? AND fence = ? AND state = 'ready'
            """,
            rows: offers.map { offer in
                [
                    offer.session.sqlValue, offer.agent.sqlValue, until.sqlValue, tx.now.sqlValue,
                    offer.execution.sqlValue, offer.fence.sqlValue,
                ]
            })
    }
}
