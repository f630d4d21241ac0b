import Domain
import MariaDB

/// Cancels the children of a suite that was cancelled, or else, after a failure, those that have not started.
enum StopSuite {
    /// - Returns: how many children it asked to stop.
    static func cancelChildren(
        _ id: ID<Execution>, limit: Int, _ tx: Transaction
    ) throws -> Int {
        guard
            let row = try tx.first(
                """
                SELECT cancel_requested_at, cancelled_by, cancelled_by_name, cancel_reason FROM executions
                WHERE id = \(id) AND kind = 'suite' AND finished_at IS NULL
                """)
        else { return 0 }
        let isCancelled = try row.timeOrNil("cancel_requested_at") != nil
        let statuses = isCancelled ? ["pending", "running", "retrying"] : ["pending"]
        let children: [ID<Execution>] = try tx.query(
            """
            SELECT id FROM executions WHERE parent_id = \(id) AND status IN (\(list: statuses)) AND cancel_requested_at IS NULL
            ORDER BY position LIMIT \(limit)
            """
        ).map { try $0.id("id") }
        let actor = try row.uuidOrNil("cancelled_by")
        let name = try row.textOrNil("cancelled_by_name")
        let reason = try row.textOrNil("cancel_reason")
        var journal = Journal()
        // Lock all work items before the first execution (lock order), then cancel one by one.
        for child in children.sorted() { _ = try WorkItemRow.lock(child, tx) }
        for child in children.sorted() {
            do {
                try CancelExecution.apply(
                    child, by: actor, name: name, reason: isCancelled ? reason : "An earlier case failed.",
                    why: isCancelled ? "cancelled" : "suiteStopped", &journal, tx)
            } catch ExecutionFault.invalidTransition {
                continue  // it ended between the query and the lock
            }
        }
        try journal.write(tx)
        return children.count
    }
}
