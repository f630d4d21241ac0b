package import Domain
package import MariaDB
package import Wire

/// Opens a session of an agent; a new one replaces the old and frees what the old one held.
package struct OpenSession: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The agent behind a credential; nil when it is unknown or revoked.
    package func authenticate(credential: String) throws -> ID<Agent>? {
        try pool.read { connection in
            try connection.query(
                "SELECT id FROM agents WHERE credential_sha256 = \(RandomToken.sha256(credential)) AND revoked_at IS NULL"
            ).first?.id("id")
        }
    }

    /// - Throws: `ExecutionFault.unauthorized` for a revoked agent, `.invalid` for bad labels or slots.
    package func open(_ agent: ID<Agent>, _ request: OpenSessionRequest) throws -> OpenSessionResponse {
        try check(request)
        return try pool.transaction { tx in
            guard
                let row = try tx.first(
                    "SELECT project_id, name, session_id FROM agents WHERE id = \(agent) AND revoked_at IS NULL FOR UPDATE"
                )
            else { throw ExecutionFault.unauthorized }
            let project: ID<Project>? = try row.idOrNil("project_id")
            let session = ID<AgentSession>(at: tx.now)
            try tx.execute("UPDATE agents SET session_id = \(session) WHERE id = \(agent)")
            var journal = Journal()
            if let old: ID<AgentSession> = try row.idOrNil("session_id") {
                try EndSession.apply(old, &journal, tx)
            }
            let timing = BeatTiming.busy
            let labels = JSONValue.array(Set(request.labels).sorted().map { .string($0) })
            try tx.execute(
                """
                INSERT INTO agent_sessions (id, agent_id, project_id, lease_until, slots, labels, protocol, isolation, created_at, last_beat_at)
                VALUES (\(session), \(agent), \(project), \(tx.now.adding(ms: timing.leaseMs)), \(request.slots), \(labels),
                  \(request.protocol), \(request.isolation.cut(codePoints: 16)), \(tx.now), \(tx.now))
                """)
            let body: [String: JSONValue] = [
                "agent": .string(agent.description), "name": .string(try row.text("name")),
            ]
            journal.addFact(.agentOnline, project: project, body: body, at: tx.now)
            try journal.write(tx)
            return OpenSessionResponse(session: session, beatMs: timing.beatMs, leaseMs: timing.leaseMs)
        }
    }

    private func check(_ request: OpenSessionRequest) throws {
        var faults: [FieldFault] = []
        if request.protocol != agentProtocolVersion {
            faults.append(FieldFault("/protocol", "this server speaks version \(agentProtocolVersion)"))
        }
        if !(1...1000).contains(request.slots) { faults.append(FieldFault("/slots", "must be between 1 and 1000")) }
        if request.labels.count > 100 || !request.labels.allSatisfy(isTag) {
            faults.append(FieldFault("/labels", "must be at most 100 words of letters, digits, '.', '_', ':' or '-'"))
        }
        guard faults.isEmpty else { throw ExecutionFault.invalid(faults) }
    }
}

/// Ends a session and gives back what it held: running work is lost, offers are withdrawn.
enum EndSession {
    static func apply(_ session: ID<AgentSession>, _ journal: inout Journal, _ tx: Transaction) throws {
        let rows = try tx.execute(
            "UPDATE agent_sessions SET ended_at = \(tx.now) WHERE id = \(session) AND ended_at IS NULL")
        guard rows == 1 else { return }
        let held: [ID<Execution>] = try tx.query(
            """
            SELECT execution_id FROM work_items WHERE session_id = \(session) AND state IN ('offered', 'running')
            ORDER BY execution_id
            """
        ).map { try $0.id("execution_id") }
        var items = try held.compactMap { try WorkItemRow.lock($0, tx) }
        for index in items.indices where items[index].session == session {
            try release(&items[index], &journal, tx)
        }
    }

    /// Gives one held item back; its execution hears of it only when it was running.
    static func release(_ item: inout WorkItemRow, _ journal: inout Journal, _ tx: Transaction) throws {
        var execution = try ExecutionRow.lock(item.execution, tx)
        if item.state == .offered {
            try WorkItemWriter.apply(.offerExpired, to: &item, &journal, tx)
            try QueueFact.ready(&execution, &journal, tx)
        } else if item.state == .running {
            try EndAttempt.lose(&item, &execution, &journal, tx)
            if item.state == .ready { try QueueFact.ready(&execution, &journal, tx) }
        }
    }
}
