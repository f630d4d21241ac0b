package import Domain
package import MariaDB

/// Finds what time has overtaken: lost sessions, offers nobody took, deadlines, cancel graces, due retries.
///
/// Runs on the engine thread; each row is re-checked under its lock, in small transactions.
package struct Rescue {
    /// A scheduler that was deaf this long first renews every lease, so that its own outage costs no attempt.
    static let deafMs: Int64 = 2000
    static let batchLimit = 100

    private let pool: Pool
    private var lastPassMs: Int64?
    private var lastDueMs: Int64 = .min

    package init(pool: Pool) { self.pool = pool }

    package mutating func reset() { lastPassMs = nil }

    /// - Returns: executions that became ready.
    package mutating func runOnce(_ lease: LeaderLease, monotonicMs: Int64) throws -> [ID<Execution>] {
        if lastPassMs.map({ monotonicMs - $0 > Rescue.deafMs }) ?? true { try forgive(lease) }
        lastPassMs = monotonicMs
        var ready = try endLostSessions(lease)
        ready += try withdrawOffers(lease)
        try endOverdue(lease)
        if monotonicMs >= lastDueMs &+ 200 || lastDueMs == .min {
            lastDueMs = monotonicMs
            ready += try releaseDue(lease)
        }
        return ready
    }

    private func forgive(_ lease: LeaderLease) throws {
        try pool.transaction { tx in
            try lease.touch(tx)
            try tx.execute(
                """
                UPDATE agent_sessions SET lease_until = GREATEST(lease_until, \(tx.now.adding(ms: BeatTiming.busy.leaseMs + 1000)))
                WHERE ended_at IS NULL
                """)
        }
    }

    private func endLostSessions(_ lease: LeaderLease) throws -> [ID<Execution>] {
        let lost = try pool.read { connection in
            try connection.query(
                """
                SELECT s.id, s.agent_id, s.project_id, a.name FROM agent_sessions s JOIN agents a ON a.id = s.agent_id
                WHERE s.ended_at IS NULL AND s.lease_until < UTC_TIMESTAMP(3) ORDER BY s.id LIMIT \(Rescue.batchLimit)
                """)
        }
        var ready: [ID<Execution>] = []
        for row in lost {
            let session: ID<AgentSession> = try row.id("id")
            let agent: ID<Agent> = try row.id("agent_id")
            let body: JSONValue = ["agent": .string(agent.description), "name": .string(try row.text("name"))]
            let project: ID<Project>? = try row.idOrNil("project_id")
            ready += try pool.transaction { tx in
                try lease.touch(tx)
                guard
                    try tx.first(
                        "SELECT id FROM agent_sessions WHERE id = \(session) AND ended_at IS NULL AND lease_until < \(tx.now) FOR UPDATE"
                    )
                        != nil
                else { return [] }
                let held: [ID<Execution>] = try tx.query(
                    "SELECT execution_id FROM work_items WHERE session_id = \(session)"
                )
                .map { try $0.id("execution_id") }
                var journal = Journal()
                try EndSession.apply(session, &journal, tx)
                journal.addFact("agent.offline", project: project, body: body, at: tx.now)
                try journal.write(tx)
                return held
            }
        }
        return ready
    }

    private func withdrawOffers(_ lease: LeaderLease) throws -> [ID<Execution>] {
        try each("state = 'offered' AND offered_until < UTC_TIMESTAMP(3)", lease) { item, tx, _ in
            guard item.state == .offered else { return false }
            if let session = item.session {
                try tx.execute("UPDATE agent_sessions SET offer_expired = TRUE WHERE id = \(session)")
            }
            try WorkItemWriter.apply(.offerExpired, to: &item, tx)
            return true
        }
    }

    private func endOverdue(_ lease: LeaderLease) throws {
        let grace = CancelExecution.graceMs * 1000
        _ = try each(
            """
            state = 'running' AND (deadline_at < UTC_TIMESTAMP(3)
              OR cancel_requested_at < UTC_TIMESTAMP(3) - INTERVAL \(grace) MICROSECOND)
            """, lease
        ) { item, tx, journal in
            guard item.state == .running else { return false }
            var execution = try ExecutionRow.lock(item.execution, tx)
            let ending = EndAttempt.Ending(
                verdict: .timeout,
                error: ("execution_timeout", "The run did not end within its time-out and its agent did not stop it."))
            try EndAttempt.apply(ending, &item, &execution, &journal, tx)
            return false
        }
    }

    private func releaseDue(_ lease: LeaderLease) throws -> [ID<Execution>] {
        try each("state = 'scheduled' AND not_before <= UTC_TIMESTAMP(3)", lease) { item, tx, _ in
            guard item.state == .scheduled else { return false }
            try WorkItemWriter.apply(.due, to: &item, tx)
            return true
        }
    }

    /// Applies `change` to each matching item in its own transaction.
    ///
    /// - Returns: the items for which it answered true.
    private func each(
        _ condition: SQL, _ lease: LeaderLease,
        _ change: (inout WorkItemRow, Transaction, inout Journal) throws -> Bool
    ) throws -> [ID<Execution>] {
        let ids: [ID<Execution>] = try pool.read { connection in
            try connection.query(
                "SELECT execution_id FROM work_items WHERE \(sql: condition) ORDER BY execution_id LIMIT \(Rescue.batchLimit)"
            )
        }.map { try $0.id("execution_id") }
        return try ids.filter { id in
            try pool.transaction { tx in
                try lease.touch(tx)
                guard
                    let row = try tx.first(
                        "SELECT \(sql: WorkItemRow.columns) FROM work_items WHERE execution_id = \(id) AND \(sql: condition) FOR UPDATE"
                    )
                else { return false }
                var item = try WorkItemRow(row)
                var journal = Journal()
                let answer = try change(&item, tx, &journal)
                try journal.write(tx)
                return answer
            }
        }
    }
}
