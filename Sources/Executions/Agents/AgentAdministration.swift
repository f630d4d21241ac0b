package import Domain
package import MariaDB
import Wire

/// Lists, drains and revokes agents.
package struct AgentAdministration: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Agents that may do the project's work: its own and the shared ones. Never names another project.
    package func list(project: ID<Project>, projectKey: String, now: Timestamp) throws -> [JSONValue] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT a.id, a.name, a.project_id, a.created_at, a.revoked_at, s.slots, s.labels, s.draining, s.lease_until,
                  s.last_beat_at, s.ended_at,
                  (SELECT COUNT(*) FROM work_items w WHERE w.session_id = s.id AND w.state = 'running') busy
                FROM agents a LEFT JOIN agent_sessions s ON s.id = a.session_id
                WHERE a.project_id = \(project) OR a.project_id IS NULL ORDER BY a.id LIMIT 1000
                """
            ).map { try document($0, projectKey, now) }
        }
    }

    private func document(_ row: Row, _ projectKey: String, _ now: Timestamp) throws -> JSONValue {
        let lease = try row.timeOrNil("lease_until")
        let isOpen = try lease.map { $0 > now } ?? false && row.timeOrNil("ended_at") == nil
        let draining = try row.intOrNil("draining") == 1
        let isRevoked = try row.timeOrNil("revoked_at") != nil
        let state = isRevoked ? "revoked" : !isOpen ? "offline" : draining ? "draining" : "online"
        return [
            "id": .string(try row.text("id")), "name": .string(try row.text("name")),
            "project": try row.textOrNil("project_id") == nil ? .null : .string(projectKey),
            "labels": try row.jsonOrNil("labels") ?? [], "slots": .integer(Int64(try row.intOrNil("slots") ?? 0)),
            "busy": .integer(Int64(try row.int("busy"))), "state": .string(state),
            "lastBeatAt": try row.timeOrNil("last_beat_at").map { .string($0.description) } ?? .null,
            "createdAt": .string(try row.time("created_at").description),
        ]
    }

    /// What an agent that may do the project's work runs of it now, the oldest first.
    ///
    /// - Returns: `others` counts what it runs of other projects, which are not named.
    /// - Throws: `ExecutionFault.notFound`.
    package func work(
        of agent: ID<Agent>, project: ID<Project>
    ) throws -> (executions: [ID<Execution>], others: Int) {
        try pool.read { connection in
            let rows = try connection.query(
                """
                SELECT w.execution_id, w.project_id FROM agents a
                LEFT JOIN work_items w ON w.session_id = a.session_id AND w.state = 'running'
                WHERE a.id = \(agent) AND (a.project_id = \(project) OR a.project_id IS NULL) ORDER BY w.execution_id LIMIT 1000
                """)
            guard !rows.isEmpty else { throw ExecutionFault.notFound }
            let held = try rows.compactMap { row in
                try row.uuidOrNil("execution_id").map { (ID<Execution>($0), try row.id("project_id") == project) }
            }
            return (held.filter(\.1).map(\.0), held.count { !$0.1 })
        }
    }

    /// The project an agent belongs to; nil inside is a shared agent.
    ///
    /// - Throws: `ExecutionFault.notFound`.
    package func owner(of agent: ID<Agent>) throws -> ID<Project>? {
        try pool.read { connection in
            guard let row = try connection.query("SELECT project_id FROM agents WHERE id = \(agent)").first else {
                throw ExecutionFault.notFound
            }
            return try row.idOrNil("project_id")
        }
    }

    /// Ends the agent's credential and session; running work becomes ready elsewhere.
    package func revoke(_ agent: ID<Agent>) throws {
        try pool.transaction { tx in
            guard
                let row = try tx.first("SELECT project_id, name, session_id FROM agents WHERE id = \(agent) FOR UPDATE")
            else {
                throw ExecutionFault.notFound
            }
            try tx.execute(
                "UPDATE agents SET revoked_at = COALESCE(revoked_at, \(tx.now)), session_id = NULL WHERE id = \(agent)")
            var journal = Journal()
            if let session: ID<AgentSession> = try row.idOrNil("session_id") {
                try EndSession.apply(session, &journal, tx)
                let body: [String: JSONValue] = [
                    "agent": .string(agent.description), "name": .string(try row.text("name")),
                ]
                journal.addFact(.agentOffline, project: try row.idOrNil("project_id"), body: body, at: tx.now)
            }
            try journal.write(tx)
        }
    }

    /// Lets the agent finish what it runs and offers it nothing more.
    package func drain(_ agent: ID<Agent>) throws {
        try pool.transaction { tx in
            let rows = try tx.execute(
                "UPDATE agent_sessions SET draining = TRUE WHERE agent_id = \(agent) AND ended_at IS NULL")
            guard rows > 0 else { throw ExecutionFault.notFound }
        }
    }
}
