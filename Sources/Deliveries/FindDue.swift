import Domain
import MariaDB

/// What may be taken now, by target.
struct DueTarget: Equatable {
    let target: UUIDv7
    /// Pending, or sending when a sender died.
    let state: DeliveryState
    let project: ID<Project>
    let kind: String
    /// Of the first row; the others wait until they are first.
    let topic: String
    let receiver: Receiver
    let room: Int
}

/// Finds the targets that something is due for and that may be sent to; reads heads, never the rows behind them.
struct FindDue {
    let couriers: [String: any Courier]
    let note: FaultNote

    /// - Parameter traffic: counted up for what is found; targets that cannot be read are held.
    func run(_ traffic: inout Traffic, atMs now: Int64, in connection: Connection) throws -> [DueTarget] {
        var found: [DueTarget] = []
        for head in try heads(connection) where !traffic.isHeld(head.target, atMs: now) {
            do {
                guard let due = try look(at: head, traffic, now, connection) else { continue }
                if due.receiver.refusal == nil {
                    for _ in 0..<due.room { traffic.begin(host: due.receiver.host, project: due.project) }
                }
                found.append(due)
            } catch  where isPoison(error) {
                traffic.hold(head.target, atMs: now)
                note("target \(head.target)", error)
            }
        }
        return found
    }

    private struct Head {
        let target: UUIDv7
        let state: DeliveryState
    }

    /// One row for each target that waits, by a loose scan of the index.
    private func heads(_ connection: Connection) throws -> [Head] {
        try connection.query(
            """
            SELECT state, target_id, MIN(due_at) AS due FROM deliveries WHERE state IN ('pending', 'sending') \
            GROUP BY state, target_id HAVING due <= UTC_TIMESTAMP(3) ORDER BY due
            """
        ).map { Head(target: try $0.uuid("target_id"), state: try $0.value("state")) }
    }

    private func look(
        at head: Head, _ traffic: Traffic, _ now: Int64, _ connection: Connection
    ) throws -> DueTarget? {
        let first = try connection.query(
            """
            SELECT project_id, kind, topic FROM deliveries WHERE state = \(head.state.rawValue) \
            AND target_id = \(head.target) AND due_at <= UTC_TIMESTAMP(3) ORDER BY due_at LIMIT 1
            """
        ).first
        guard let first else { return nil }
        let kind = try first.text("kind")
        guard let courier = couriers[kind] else { throw UnknownKind(kind: kind) }
        let project: ID<Project> = try first.id("project_id")
        let topic = try first.text("topic")
        let receiver = try courier.receiver(of: head.target, topic: topic, in: connection)
        // What is given up needs no way out.
        let room = receiver.refusal == nil ? traffic.room(host: receiver.host, project: project, atMs: now) : 1
        guard room > 0 else { return nil }
        return DueTarget(
            target: head.target, state: head.state, project: project, kind: kind, topic: topic, receiver: receiver,
            room: room)
    }
}

/// A row of a feature that this program does not have.
struct UnknownKind: Error, Equatable {
    let kind: String
}
