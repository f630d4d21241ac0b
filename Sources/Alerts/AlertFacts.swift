import Domain
import Feed
import MariaDB
import Wire

/// Collects the `alert.*` facts of a transaction; written last, so that the outbox row is its last insert.
struct AlertFacts {
    private var log = EventLog()

    /// Adds one fact: a fresh stream whose only event has sequence 1.
    mutating func add(
        _ name: EventName, _ alert: AlertRecord, projectKey: String, actor: AlertActor? = nil, at now: Timestamp
    ) {
        var body: [String: JSONValue] = [
            "project": .string(projectKey), "seq": 1, "at": .string(now.description),
            "alert": .string(alert.id.description),
            "rule": ["id": .string(alert.rule.description), "name": .string(alert.ruleName)],
            "suite": .string(alert.suite), "severity": .string(alert.severity.rawValue),
            "state": .string(alert.state.rawValue), "value": .number(alert.value),
            "threshold": .number(alert.threshold), "sentence": .string(alert.sentence),
        ]
        if let actor { body["by"] = ["id": .string(actor.id.description), "name": .string(actor.name)] }
        log.addFact(EventDraft(name, body, actor: actor?.id), project: alert.project, at: now)
    }

    func write(_ tx: Transaction) throws { try log.write(tx) }
}

/// The human key of a project; empty when it is gone.
func projectKey(of project: ID<Project>, in database: some Queries) throws -> String {
    try database.query("SELECT project_key FROM projects WHERE id = \(project)").first?.text("project_key") ?? ""
}
