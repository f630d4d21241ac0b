import Domain
import MariaDB

/// One fact about an execution before it has its sequence number.
struct EventDraft {
    var type: String
    var body: [String: JSONValue]
    var fence: Int?
    var actor: UUIDv7?

    init(_ type: String, _ body: [String: JSONValue], fence: Int? = nil, actor: UUIDv7? = nil) {
        self.type = type
        self.body = body
        self.fence = fence
        self.actor = actor
    }
}

/// Collects the events of one transaction and writes them with their outbox rows as its last inserts.
///
/// The caller has locked each execution and raised its `last_seq` by the number of drafts in the same transaction,
/// so sequences are dense and in commit order.
struct Journal {
    private var events: [[SQLValue]] = []
    private var outbox: [[SQLValue]] = []

    /// Adds the facts of one execution; the first gets `execution.lastSeq + 1`, and `lastSeq` moves on.
    mutating func add(_ drafts: [EventDraft], to execution: inout ExecutionRow, at now: Timestamp) {
        guard !drafts.isEmpty else { return }
        let first = execution.lastSeq + 1
        for draft in drafts {
            execution.lastSeq += 1
            events.append([
                execution.id.sqlValue, execution.lastSeq.sqlValue, execution.project.sqlValue, draft.type.sqlValue,
                now.sqlValue, draft.fence.sqlValue, draft.actor.sqlValue,
                body(draft, execution, now).text.sqlValue,
            ])
        }
        outbox.append([
            execution.project.sqlValue, execution.root.sqlValue, execution.id.sqlValue, first.sqlValue,
            execution.lastSeq.sqlValue,
        ])
    }

    /// Adds a fact that belongs to no execution: its own stream, sequence 1.
    mutating func addFact(_ type: String, project: ID<Project>?, body: JSONValue, at now: Timestamp) {
        let stream = UUIDv7(at: now)
        events.append([
            stream.sqlValue, 1.sqlValue, project.sqlValue, type.sqlValue, now.sqlValue, .null, .null,
            body.text.sqlValue,
        ])
        outbox.append([project.sqlValue, .null, stream.sqlValue, 1.sqlValue, 1.sqlValue])
    }

    /// Writes everything; must be the transaction's last statements.
    func write(_ tx: Transaction) throws {
        guard !events.isEmpty else { return }
        try tx.bulk(
            "INSERT INTO events (stream_id, seq, project_id, type, at, fence, actor_id, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows: events)
        try tx.bulk(
            "INSERT INTO outbox (project_id, root_id, stream_id, seq_from, seq_to) VALUES (?, ?, ?, ?, ?)", rows: outbox
        )
    }

    private func body(_ draft: EventDraft, _ execution: ExecutionRow, _ now: Timestamp) -> JSONValue {
        var body = draft.body
        body["execution"] = .string(execution.id.description)
        body["root"] = .string(execution.root.description)
        body["parent"] = execution.parent.map { .string($0.description) } ?? .null
        if execution.parent != nil { body["position"] = .integer(Int64(execution.position)) }
        body["project"] = .string(execution.projectKey)
        body["seq"] = .integer(Int64(execution.lastSeq))
        body["at"] = .string(now.description)
        return .object(body)
    }
}
