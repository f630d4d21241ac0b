import Domain
import MariaDB

/// Lets the next blocked children into the queue, in suite order, up to the parallel limit.
///
/// `children_released` is where it stands: everything before it was let in once, so what one more child costs does not
/// depend on how many went before.
enum ReleaseChildren {
    /// - Returns: how many were passed; those cancelled meanwhile stay as they are.
    static func release(
        _ id: ID<Execution>, _ request: FrozenRequest, limit: Int, _ tx: Transaction
    ) throws -> Int {
        if let due = request.notBefore, due > tx.now { return 0 }
        guard let plan = request.suite,
            let suite = try tx.first(
                """
                SELECT children_released FROM executions
                WHERE id = \(id) AND finished_at IS NULL AND cancel_requested_at IS NULL FOR UPDATE
                """)
        else { return 0 }
        let from = try suite.int("children_released")
        // A suite that stops on failure without a stated limit runs one case after the other.
        let room = min(limit, (plan.parallel ?? 1) - (try busy(id, before: from, tx)))
        guard room > 0 else { return 0 }
        let next = try tx.query(
            "SELECT id, position FROM executions WHERE parent_id = \(id) AND position >= \(from) ORDER BY position LIMIT \(room)"
        )
        guard let last = try next.last?.int("position") else { return 0 }
        try tx.execute("UPDATE executions SET children_released = \(last + 1) WHERE id = \(id)")
        return try letIn(try next.map { try $0.id("id") }, tx)
    }

    /// Children let in that are not final.
    private static func busy(_ id: ID<Execution>, before position: Int, _ tx: Transaction) throws -> Int {
        try tx.first(
            """
            SELECT COUNT(*) n FROM executions WHERE parent_id = \(id) AND status IN ('pending', 'running', 'retrying')
              AND position < \(position)
            """)?.int("n") ?? 0
    }

    private static func letIn(_ children: [ID<Execution>], _ tx: Transaction) throws -> Int {
        let items = try WorkItemRow.lock(children, tx)
        var executions = try ExecutionRow.lock(children, tx)
        var journal = Journal()
        for child in children.sorted() {
            guard var item = items[child], item.state == .blocked, var execution = executions.removeValue(forKey: child)
            else { continue }
            try WorkItemWriter.apply(.released, to: &item, &journal, tx)
            try QueueFact.ready(&execution, &journal, tx)
        }
        try journal.write(tx)
        return children.count
    }
}
