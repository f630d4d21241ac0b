package import Domain
import MariaDB

/// A stored alert: one breach with a life of its own.
package struct AlertRecord: Equatable, Sendable {
    package let id: ID<Alert>
    package let project: ID<Project>
    package let rule: ID<AlertRule>
    /// As it was when the alert opened.
    package let ruleName: String
    package let suite: String
    package internal(set) var state: AlertState
    package let severity: AlertSeverity
    /// Pass rate that opened it.
    package internal(set) var value: Double
    package let threshold: Double
    package internal(set) var samples: Int
    package internal(set) var sentence: String
    /// The run whose result opened it.
    package let execution: ID<Execution>?
    package let openedAt: Timestamp
    package internal(set) var acknowledgedAt: Timestamp?
    package internal(set) var acknowledgedBy: AlertActor?
    /// What the person who acknowledged it said.
    package internal(set) var comment: String?
    package internal(set) var resolvedAt: Timestamp?
    /// nil when its rule resolved it.
    package internal(set) var resolvedBy: AlertActor?
    /// Why it was resolved, as a sentence.
    package internal(set) var resolution: String?
}

extension AlertRecord {
    static let columns: SQL = """
        id, project_id, rule_id, rule_name, suite_key, state, severity, value, threshold, samples, sentence, \
        execution_id, opened_at, acknowledged_at, acknowledged_by, acknowledged_name, comment, resolved_at, \
        resolved_by, resolved_name, resolution
        """

    init(_ row: Row) throws(DatabaseError) {
        id = try row.id("id")
        project = try row.id("project_id")
        rule = try row.id("rule_id")
        ruleName = try row.text("rule_name")
        suite = try row.text("suite_key")
        state = try row.value("state")
        severity = try row.value("severity")
        value = try row.double("value")
        threshold = try row.double("threshold")
        samples = try row.int("samples")
        sentence = try row.text("sentence")
        execution = try row.idOrNil("execution_id")
        openedAt = try row.time("opened_at")
        acknowledgedAt = try row.timeOrNil("acknowledged_at")
        if let id = try row.uuidOrNil("acknowledged_by") {
            acknowledgedBy = AlertActor(id: id, name: try row.textOrNil("acknowledged_name") ?? "")
        }
        comment = try row.textOrNil("comment")
        resolvedAt = try row.timeOrNil("resolved_at")
        if let id = try row.uuidOrNil("resolved_by") {
            resolvedBy = AlertActor(id: id, name: try row.textOrNil("resolved_name") ?? "")
        }
        resolution = try row.textOrNil("resolution")
    }
}
