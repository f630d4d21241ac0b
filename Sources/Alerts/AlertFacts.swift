import Domain
import MariaDB

/// Collects the `alert.*` facts of a transaction; written last, so that the outbox row is its last insert.
struct AlertFacts {
    private var events: [[SQLValue]] = []
    private var outbox: [[SQLValue]] = []

    /// Adds one fact: a fresh stream whose only event has sequence 1.
    mutating func add(
        _ type: String, _ alert: AlertRecord, projectKey: String, actor: AlertActor? = nil, at now: Timestamp
    ) {
        let stream = UUIDv7(at: now)
        var body: [String: JSONValue] = [
            "project": .string(projectKey), "seq": 1, "at": .string(now.description),
            "alert": .string(alert.id.description),
            "rule": ["id": .string(alert.rule.description), "name": .string(alert.ruleName)],
            "suite": .string(alert.suite), "severity": .string(alert.severity.rawValue),
            "state": .string(alert.state.rawValue), "value": .number(alert.value),
            "threshold": .number(alert.threshold), "sentence": .string(alert.sentence),
        ]
        if let actor { body["by"] = ["id": .string(actor.id.description), "name": .string(actor.name)] }
        events.append([
            stream.sqlValue, 1.sqlValue, alert.project.sqlValue, .text(type), .time(now), (actor?.id).sqlValue,
            JSONValue.object(body).sqlValue,
        ])
        outbox.append([alert.project.sqlValue, stream.sqlValue, 1.sqlValue, 1.sqlValue])
    }

    func write(_ tx: Transaction) throws {
        guard !events.isEmpty else { return }
        try tx.bulk(
            """
            INSERT INTO events (stream_id, seq, project_id, type, at, actor_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)
            """, rows: events)
        try tx.bulk(
            "INSERT INTO outbox (project_id, stream_id, seq_from, seq_to) VALUES (?, ?, ?, ?)", rows: outbox)
    }
}

/// The human key of a project; empty when it is gone.
func projectKey(of project: ID<Project>, in database: some Queries) throws -> String {
    try database.query("SELECT project_key FROM projects WHERE id = \(project)").first?.text("project_key") ?? ""
}
