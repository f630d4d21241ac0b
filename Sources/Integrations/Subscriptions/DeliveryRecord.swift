package import Deliveries
package import Domain
import MariaDB

/// One event for one receiver, as the log shows it.
package struct DeliveryRecord: Equatable, Sendable {
    package let id: UUIDv7
    package let event: String
    /// What was, or will be, posted.
    package let body: JSONValue
    package let state: DeliveryState
    package let tries: Int
    /// When it is tried (again); nil when it is over.
    package let dueAt: Timestamp?
    /// A word for the last failure.
    package let reason: String?
    package let createdAt: Timestamp
    package let finishedAt: Timestamp?
    package internal(set) var attempts: [DeliveryAttempt] = []

    static let columns: SQL = """
        id, topic, body, state, tries, due_at, reason, created_at, finished_at
        """

    init(_ row: Row) throws(DatabaseError) {
        id = try row.uuid("id")
        event = try row.text("topic")
        // One that cannot be read must not hide the others.
        body = (try? row.json("body")) ?? .null
        state = try row.value("state")
        tries = try row.int("tries")
        dueAt = try row.timeOrNil("due_at")
        reason = try row.textOrNil("reason")
        createdAt = try row.time("created_at")
        finishedAt = try row.timeOrNil("finished_at")
    }
}

/// One try of a delivery; neither the signature nor the address is kept.
package struct DeliveryAttempt: Equatable, Sendable {
    /// From 1.
    package let number: Int
    package let at: Timestamp
    package let durationMs: Int
    /// Status of the reply; nil when none came.
    package let status: Int?
    /// A word for the failure; nil when it went well.
    package let reason: String?
    /// The beginning of the reply.
    package let reply: String?

    static let columns: SQL = "delivery_id, try, at, duration_ms, status, reason, reply"

    init(_ row: Row) throws(DatabaseError) {
        number = try row.int("try")
        at = try row.time("at")
        durationMs = try row.int("duration_ms")
        status = try row.intOrNil("status")
        reason = try row.textOrNil("reason")
        reply = try row.textOrNil("reply")
    }
}
