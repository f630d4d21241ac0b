import Domain
import MariaDB
import Wire

/// Verdicts that came after the attempt was given to somebody else or ended: kept to be looked at, never merged.
struct LateResults {
    let pool: Pool

    /// Keeps the verdict of a session that did hold the execution once; anybody else's is not worth a row.
    func keep(_ report: AttemptReport, _ finish: FinishRequest, by caller: AgentCaller) throws {
        try pool.transaction { tx in
            guard
                try tx.first(
                    """
                    SELECT execution_id FROM attempts
                    WHERE execution_id = \(report.execution) AND fence = \(report.fence) AND session_id = \(caller.session)
                    """) != nil
            else { return }
            try tx.execute(
                """
                INSERT INTO late_results (id, execution_id, fence, session_id, at, body)
                VALUES (\(UUIDv7(at: tx.now)), \(report.execution), \(report.fence), \(caller.session), \(tx.now),
                  \(try jsonText(finish)))
                """)
        }
    }
}
