package import Domain
import MariaDB

/// A stored trigger, as far as people may see it.
package struct TriggerRecord: Equatable, Sendable {
    package let id: ID<Trigger>
    package let project: ID<Project>
    package let name: String
    /// The last part of the hook's path.
    package let key: String
    package let events: [String]
    package let branch: String
    package let suite: String
    package let parameters: [String: JSONValue]
    /// nil when runs are started without one.
    package let environment: String?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let version: Int
    /// Since when what comes starts nothing.
    package let disabledAt: Timestamp?

    /// The only provider there is so far.
    package var provider: String { "github" }

    static let columns: SQL = """
        id, project_id, name, trigger_key, secret, events, branch, suite_key, parameters, environment, created_at, \
        updated_at, version, disabled_at
        """

    init(_ row: Row) throws(DatabaseError) {
        id = try row.id("id")
        project = try row.id("project_id")
        name = try row.text("name")
        key = try row.text("trigger_key")
        events = try row.json("events").array?.compactMap(\.string) ?? []
        branch = try row.text("branch")
        suite = try row.text("suite_key")
        parameters = try row.json("parameters").object ?? [:]
        let name = try row.text("environment")
        environment = name.isEmpty ? nil : name
        createdAt = try row.time("created_at")
        updatedAt = try row.timeOrNil("updated_at") ?? createdAt
        version = try row.int("version")
        disabledAt = try row.timeOrNil("disabled_at")
    }
}

/// A trigger just made; its secret is shown this once, when it was not given.
package struct SavedTrigger: Sendable {
    package let record: TriggerRecord
    package let newSecret: String?
}

/// What became of a delivery. Raw values are the text in SQL and JSON.
package enum TriggerDeliveryState: String, CaseIterable, Sendable {
    /// Verified; its run is not recorded yet.
    case accepted
    case started, ignored, failed
}

/// One delivery, as the log shows it.
package struct TriggerDeliveryRecord: Equatable, Sendable {
    package let delivery: String
    package let event: String
    package let branch: String
    package let commit: String
    package let state: TriggerDeliveryState
    package let reason: String?
    package let execution: ID<Execution>?
    package let remote: String
    package let receivedAt: Timestamp

    static let columns: SQL = """
        delivery, event, branch, commit_id, state, reason, execution_id, remote, received_at
        """

    init(_ row: Row) throws(DatabaseError) {
        delivery = try row.text("delivery")
        event = try row.text("event")
        branch = try row.text("branch")
        commit = try row.text("commit_id")
        state = try row.value("state")
        reason = try row.textOrNil("reason")
        execution = try row.idOrNil("execution_id")
        remote = try row.text("remote")
        receivedAt = try row.time("received_at")
    }
}
