import Domain
import MariaDB

/// The lease of an agent's session, renewed by beats and by accept.
enum SessionLease {
    /// Extends the session to the busy lease.
    ///
    /// - Throws: `ExecutionFault.sessionEnded` when it is not the agent's current session.
    static func extend(_ caller: AgentCaller, leaseMs: Int64 = BeatTiming.busy.leaseMs, _ tx: Transaction) throws {
        let rows = try tx.execute(
            """
            UPDATE agent_sessions SET lease_until = GREATEST(lease_until, \(tx.now.adding(ms: leaseMs)))
            WHERE id = \(caller.session) AND agent_id = \(caller.agent) AND ended_at IS NULL
            """)
        guard rows == 1 else { throw ExecutionFault.sessionEnded }
    }
}
