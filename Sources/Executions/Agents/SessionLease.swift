import Domain
import MariaDB

/// The lease of an agent's session, renewed by beats; accept writes it only when it must.
enum SessionLease {
    /// What an accept needs of the session.
    struct Session {
        let agentName: String
        let isolation: String
    }

    /// Left of a lease, less than this is extended at once.
    static let thinMs: Int64 = 1000

    /// Checks that the session is the agent's current one.
    ///
    /// An idle session's long lease is cut to the busy one, so that an agent killed right after its accept is noticed in
    /// time, and a lease about to end is extended; any other accept leaves the row alone, which all of an agent's slots
    /// share.
    /// - Throws: `ExecutionFault.sessionEnded` when it is not.
    static func use(_ caller: AgentCaller, _ tx: Transaction) throws -> Session {
        guard
            let row = try tx.first(
                """
                SELECT s.lease_until, s.isolation, a.name FROM agent_sessions s JOIN agents a ON a.id = s.agent_id
                WHERE s.id = \(caller.session) AND s.agent_id = \(caller.agent) AND s.ended_at IS NULL
                """)
        else { throw ExecutionFault.sessionEnded }
        let left = try row.time("lease_until").milliseconds(since: tx.now)
        let busy = BeatTiming.busy.leaseMs
        if left > busy + thinMs || left < thinMs {
            let rows = try tx.execute(
                """
                UPDATE agent_sessions SET lease_until = \(tx.now.adding(ms: busy))
                WHERE id = \(caller.session) AND agent_id = \(caller.agent) AND ended_at IS NULL
                """)
            guard rows == 1 else { throw ExecutionFault.sessionEnded }
        }
        return Session(agentName: try row.text("name"), isolation: try row.text("isolation"))
    }
}
