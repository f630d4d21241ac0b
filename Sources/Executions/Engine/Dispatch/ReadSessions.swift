import Domain
import Feed
import MariaDB

/// The sessions that may take work now.
struct ReadSessions {
    let pool: Pool

    /// A session that cannot be read is set aside: it gets no work, the others do.
    func open(_ setAside: inout SetAside, monotonicMs: Int64) throws -> [OpenSlots] {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT id, agent_id, project_id, labels, slots FROM agent_sessions
                WHERE ended_at IS NULL AND lease_until > UTC_TIMESTAMP(3) AND NOT draining AND NOT offer_expired ORDER BY id
                """)
        }
        return try rows.compactMap { row in
            let id: ID<AgentSession> = try row.id("id")
            return try setAside.attempt(
                "session:\(id)", project: try row.idOrNil("project_id"), monotonicMs: monotonicMs
            ) {
                guard let labels = try row.json("labels").array else { throw DatabaseError.decoding(column: "labels") }
                return OpenSlots(
                    session: id, agent: try row.id("agent_id"), project: try row.idOrNil("project_id"),
                    labels: Set(labels.compactMap(\.string)), slots: try row.int("slots"))
            }
        }
    }
}
