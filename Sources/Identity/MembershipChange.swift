import Domain
import MariaDB

/// The fact `membership.changed`: every hub loads that user again and closes or narrows streams.
enum MembershipChange {
    /// Writes the fact on a stream of its own; the last statements of the transaction (the outbox comes last).
    /// `project` is nil for what concerns a user everywhere: logout, disabling, tokens.
    static func write(_ tx: Transaction, user: ID<User>, project: ID<Project>?) throws {
        let stream = UUIDv7(at: tx.now)
        let body: JSONValue = ["userId": .string(user.description)]
        _ = try tx.execute(
            """
            INSERT INTO events (stream_id, seq, project_id, type, at, body)
            VALUES (\(stream), 1, \(project.sqlValue), 'membership.changed', \(tx.now), \(body))
            """)
        _ = try tx.execute(
            "INSERT INTO outbox (project_id, stream_id, seq_from, seq_to) VALUES (\(project.sqlValue), \(stream), 1, 1)"
        )
    }
}
