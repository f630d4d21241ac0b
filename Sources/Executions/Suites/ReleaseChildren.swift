import Domain
import MariaDB

/// Lets the next blocked children into the queue, in suite order, up to the parallel limit.
enum ReleaseChildren {
    /// - Returns: how many became ready.
    static func release(
        _ id: ID<Execution>, _ request: FrozenRequest, limit: Int, _ tx: Transaction
    ) throws -> Int {
        guard let plan = request.suite,
            try tx.first(
                "SELECT id FROM executions WHERE id = \(id) AND finished_at IS NULL AND cancel_requested_at IS NULL")
                != nil
        else { return 0 }
        if let due = request.notBefore, due > tx.now { return 0 }
        // A suite that stops on failure without a stated limit runs one case after the other.
        let parallel = plan.parallel ?? 1
        let busy =
            try tx.first(
                """
                SELECT COUNT(*) n FROM executions e JOIN work_items w ON w.execution_id = e.id
                WHERE e.parent_id = \(id) AND w.state IN ('ready', 'offered', 'running', 'scheduled')
                """)?.int("n") ?? 0
        let room = min(limit, parallel - busy)
        guard room > 0 else { return 0 }
        let next: [ID<Execution>] = try tx.query(
            """
            SELECT e.id FROM executions e JOIN work_items w ON w.execution_id = e.id
            WHERE e.parent_id = \(id) AND w.state = 'blocked' ORDER BY e.position LIMIT \(room)
            """
        ).map { try $0.id("id") }
        var items = try next.sorted().compactMap { try WorkItemRow.lock($0, tx) }
        var journal = Journal()
        var released = 0
        for index in items.indices where items[index].state == .blocked {
            try WorkItemWriter.apply(.released, to: &items[index], tx)
            var execution = try ExecutionRow.lock(items[index].execution, tx)
            try QueueFact.ready(&execution, &journal, tx)
            released += 1
        }
        try journal.write(tx)
        return released
    }
}
