import Domain
import MariaDB
import Wire

/// Reads what connected agent sessions are to be told.
struct ControlStore: Sendable {
    /// The state of one session.
    struct Orders: Sendable {
        var offers: [Offer] = []
        var cancels: [CancelOrder] = []
        var isDraining = false
        /// Replaced by a newer session, ended, or of a revoked agent.
        var hasEnded = false
    }

    private let pool: Pool

    init(pool: Pool) { self.pool = pool }

    /// Whether `session` is the current one of `agent`. Blocks.
    func isCurrent(_ session: ID<AgentSession>, of agent: ID<Agent>) throws -> Bool {
        try pool.read { connection in
            try !connection.query(
                """
                SELECT 1 AS found FROM agent_sessions s JOIN agents a ON a.id = s.agent_id
                WHERE s.id = \(session) AND s.agent_id = \(agent) AND s.ended_at IS NULL
                  AND a.session_id = s.id AND a.revoked_at IS NULL
                """
            ).isEmpty
        }
    }

    /// Everything that holds for `sessions` now; a session that is missing has ended. Blocks.
    func orders(for sessions: [ID<AgentSession>]) throws -> [ID<AgentSession>: Orders] {
        var orders: [ID<AgentSession>: Orders] = [:]
        for start in stride(from: 0, to: sessions.count, by: 500) {
            try read(Array(sessions[start..<min(start + 500, sessions.count)]), into: &orders)
        }
        return orders
    }

    private func read(_ sessions: [ID<AgentSession>], into orders: inout [ID<AgentSession>: Orders]) throws {
        let (states, items) = try pool.read { connection in
            (
                try connection.query(
                    """
                    SELECT s.id, s.draining, s.ended_at, a.session_id, a.revoked_at FROM agent_sessions s
                    JOIN agents a ON a.id = s.agent_id WHERE s.id IN (\(list: sessions))
                    """),
                try connection.query(
                    """
                    SELECT w.session_id, w.execution_id, w.fence, w.state, w.offered_until, e.name, e.cancel_reason
                    FROM work_items w JOIN executions e ON e.id = w.execution_id
                    WHERE w.session_id IN (\(list: sessions)) AND w.state IN ('offered', 'running')
                      AND (w.state = 'offered' OR w.cancel_requested_at IS NOT NULL)
                    ORDER BY w.execution_id
                    """)
            )
        }
        for row in states {
            let id: ID<AgentSession> = try row.id("id")
            let current: ID<AgentSession>? = try row.idOrNil("session_id")
            let hasEnded = try row.timeOrNil("ended_at") != nil || row.timeOrNil("revoked_at") != nil || current != id
            orders[id] = Orders(isDraining: try row.bool("draining"), hasEnded: hasEnded)
        }
        for row in items {
            let session: ID<AgentSession> = try row.id("session_id")
            let execution: ID<Execution> = try row.id("execution_id")
            let fence = try row.int("fence")
            if try row.text("state") == "offered", let until = try row.timeOrNil("offered_until") {
                orders[session]?.offers.append(
                    Offer(execution: execution, fence: fence, name: try row.text("name"), offeredUntil: until))
            } else if try row.text("state") == "running" {
                orders[session]?.cancels.append(
                    CancelOrder(execution: execution, fence: fence, reason: try row.textOrNil("cancel_reason")))
            }
        }
    }
}
