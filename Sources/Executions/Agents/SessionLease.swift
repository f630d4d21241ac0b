import Domain
import MariaDB

/// The lease of an agent's session: beats renew it, accept only shortens it.
enum SessionLease {
    /// Checks that the session is the agent's open one, and shortens the long lease of an idle session to the busy one, so
    /// that an agent that is killed with its first case is noticed like any other.
    ///
    /// A session that is busy already is only read: its agent's accepts do not queue on the row. Comes before any work item
    /// is locked (lock order).
    ///
    /// - Throws: `ExecutionFault.sessionEnded` when it is not the agent's current session.
    static func extend(_ caller: AgentCaller, leaseMs: Int64 = BeatTiming.busy.leaseMs, _ tx: Transaction) throws {
        let row = try tx.first(
            """
            SELECT lease_until FROM agent_sessions
            WHERE id = \(caller.session) AND agent_id = \(caller.agent) AND ended_at IS NULL
            """)
        guard let row else { throw ExecutionFault.sessionEnded }
        let busyUntil = tx.now.adding(ms: leaseMs)
        guard try row.time("lease_until") > busyUntil else { return }
        try tx.execute(
            """
            UPDATE agent_sessions SET lease_until = \(busyUntil)
            WHERE id = \(caller.session) AND lease_until > \(busyUntil)
            """)
    }
}
