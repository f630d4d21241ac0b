package import Domain
package import MariaDB
package import Wire

/// Takes the agent's verdict: stores it, decides the retry and makes the artifacts visible in one transaction.
package struct FinishAttempt: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// A replay by the same session and fence gets the stored answer.
    ///
    /// - Throws: `ExecutionFault.stepGap(expected:)` while steps are missing; `.staleFence` for anybody else, whose
    ///   verdict is kept in `late_results` and changes nothing.
    package func finish(_ id: ID<Execution>, _ request: FinishRequest, by caller: AgentCaller) throws -> FinishResponse
    {
        do {
            return try pool.transaction { tx in try apply(id, request, caller, tx) }
        } catch ExecutionFault.staleFence {
            try keepLate(id, request, caller)
            throw ExecutionFault.staleFence
        }
    }

    private func apply(
        _ id: ID<Execution>, _ request: FinishRequest, _ caller: AgentCaller, _ tx: Transaction
    ) throws -> FinishResponse {
        guard var item = try WorkItemRow.lock(id, tx) else { throw ExecutionFault.staleFence }
        guard item.state == .running, caller.holds(item, fence: request.fence) else {
            return try replay(id, request, caller, tx)
        }
        guard request.lastSeq <= item.stepAcked else { throw ExecutionFault.stepGap(expected: item.stepAcked + 1) }
        var execution = try ExecutionRow.lock(id, tx)
        var journal = Journal()
        let usage = request.resourceUsage
        try EndAttempt.apply(
            EndAttempt.Ending(
                verdict: request.verdict,
                error: request.error.map { (code: String($0.code.prefix(32)), message: $0.message) },
                cpuMs: usage?.cpuMs.map { max(0, $0) }, maxRssBytes: usage?.maxRssBytes.map { max(0, $0) },
                bytesWritten: usage?.bytesWritten.map { max(0, $0) }),
            &item, &execution, &journal, tx)
        try tx.execute(
            """
            UPDATE artifacts SET visible = TRUE
            WHERE execution_id = \(id) AND attempt = \(item.attempt) AND fence = \(request.fence)
            """)
        try journal.write(tx)
        return FinishResponse(status: execution.status, final: execution.status.isFinal)
    }

    private func replay(
        _ id: ID<Execution>, _ request: FinishRequest, _ caller: AgentCaller, _ tx: Transaction
    ) throws -> FinishResponse {
        guard
            try tx.first(
                """
                SELECT status FROM attempts WHERE execution_id = \(id) AND fence = \(request.fence)
                  AND session_id = \(caller.session) AND agent_id = \(caller.agent) AND status NOT IN ('running', 'lost')
                """) != nil,
            let row = try tx.first("SELECT status FROM executions WHERE id = \(id)")
        else { throw ExecutionFault.staleFence }
        let status: ExecutionStatus = try row.value("status")
        return FinishResponse(status: status, final: status.isFinal)
    }

    /// Keeps the verdict of an attempt that this session had and lost, once; of anybody else nothing is kept.
    private func keepLate(_ id: ID<Execution>, _ request: FinishRequest, _ caller: AgentCaller) throws {
        try pool.transaction { tx in
            try tx.execute(
                """
                INSERT INTO late_results (id, execution_id, fence, session_id, at, body)
                SELECT \(UUIDv7(at: tx.now)), a.execution_id, a.fence, a.session_id, \(tx.now), \(try jsonText(request))
                FROM attempts a WHERE a.execution_id = \(id) AND a.fence = \(request.fence)
                  AND a.session_id = \(caller.session) AND a.agent_id = \(caller.agent)
                  AND NOT EXISTS (SELECT 1 FROM late_results l WHERE l.execution_id = a.execution_id
                    AND l.fence = a.fence AND l.session_id = a.session_id)
                """)
        }
    }
}
