import Domain
import MariaDB
import Wire

/// Verdicts that came after the attempt was given to somebody else or ended: kept to be looked at, never merged.
struct LateResults {
    let pool: Pool

    /// Keeps the verdict of a session of this agent that had the attempt, once; anybody else's is not worth a row.
    func keep(_ report: AttemptReport, _ finish: FinishRequest, by caller: AgentCaller) throws {
        try pool.transaction { tx in
            try tx.execute(
                """
                INSERT INTO late_results (id, execution_id, fence, session_id, at, body)
                SELECT \(UUIDv7(at: tx.now)), a.execution_id, a.fence, a.session_id, \(tx.now), \(try jsonText(finish))
                FROM attempts a WHERE a.execution_id = \(report.execution) AND a.fence = \(report.fence)
                  AND a.session_id = \(caller.session) AND a.agent_id = \(caller.agent)
                  AND NOT EXISTS (SELECT 1 FROM late_results l WHERE l.execution_id = a.execution_id
                    AND l.fence = a.fence AND l.session_id = a.session_id)
                """)
        }
    }
}
