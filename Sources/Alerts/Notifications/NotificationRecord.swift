package import Deliveries
package import Domain
import MariaDB

/// Why a message is sent. Raw values are the text in SQL and JSON.
package enum NotificationOccasion: String, CaseIterable, Sendable {
    case opened, resolved, test
}

/// One message to one channel.
package struct NotificationRecord: Equatable, Sendable {
    package let id: ID<Notification>
    package let project: ID<Project>
    package let channel: ID<Channel>
    /// nil when the channel is gone.
    package let channelName: String?
    /// nil for a test.
    package let alert: ID<Alert>?
    package let occasion: NotificationOccasion
    package let state: DeliveryState
    package let tries: Int
    /// When it is tried (again); nil when it is over.
    package let dueAt: Timestamp?
    /// A word for the last failure: a name of `TransferError.Reason`, `http503` and so on.
    package let reason: String?
    /// A sentence for a person.
    package let detail: String?
    package let createdAt: Timestamp
    package let finishedAt: Timestamp?

    static let columns: SQL = """
        n.id, n.project_id, n.target_id, c.name AS channel_name, n.subject_id, n.topic, n.state, n.tries, n.due_at, \
        n.reason, n.detail, n.created_at, n.finished_at
        """

    init(_ row: Row) throws(DatabaseError) {
        id = try row.id("id")
        project = try row.id("project_id")
        channel = try row.id("target_id")
        channelName = try row.textOrNil("channel_name")
        alert = try row.idOrNil("subject_id")
        occasion = try row.value("topic")
        state = try row.value("state")
        tries = try row.int("tries")
        dueAt = try row.timeOrNil("due_at")
        reason = try row.textOrNil("reason")
        detail = try row.textOrNil("detail")
        createdAt = try row.time("created_at")
        finishedAt = try row.timeOrNil("finished_at")
    }
}
