package import Domain
package import MariaDB
package import Wire

/// One fact before it is written: its name, body and who caused it.
package struct EventDraft {
    package var name: EventName
    package var body: [String: JSONValue]
    package var fence: Int?
    package var actor: UUIDv7?

    package init(_ name: EventName, _ body: [String: JSONValue], fence: Int? = nil, actor: UUIDv7? = nil) {
        self.name = name
        self.body = body
        self.fence = fence
        self.actor = actor
    }
}

/// Collects the events of one transaction and writes them, with their outbox rows, as its last inserts.
///
/// The one writer of `events` and `outbox`: executions, alerts, agents and memberships all tell their facts here.
package struct EventLog {
    private var events: [[SQLValue]] = []
    private var outbox: [[SQLValue]] = []

    package init() {}

    /// Adds consecutive facts of one stream.
    ///
    /// The caller holds the stream's row and has raised its last sequence, so that sequences are dense and in commit
    /// order.
    /// - Parameter root: of an execution; nil for a fact that belongs to none.
    package mutating func append(
        _ drafts: [EventDraft], stream: UUIDv7, firstSeq: Int, project: ID<Project>?, root: ID<Execution>?,
        at now: Timestamp
    ) {
        guard !drafts.isEmpty else { return }
        var topics: FeedTopics = []
        for (offset, draft) in drafts.enumerated() {
            let body = JSONValue.object(draft.body)
            assert(draft.name.wrongMembers(of: body).isEmpty, "\(draft.name): \(draft.name.wrongMembers(of: body))")
            topics.formUnion(FeedTopics(draft.name, body: body))
            events.append([
                stream.sqlValue, (firstSeq + offset).sqlValue, project.sqlValue, draft.name.rawValue.sqlValue,
                now.sqlValue,
                draft.fence.sqlValue, draft.actor.sqlValue, body.text.sqlValue,
            ])
        }
        outbox.append([
            project.sqlValue, root.sqlValue, stream.sqlValue, firstSeq.sqlValue,
            (firstSeq + drafts.count - 1).sqlValue, topics.sqlValue,
        ])
    }

    /// Adds a fact that belongs to no execution: a stream of its own, sequence 1. `project` nil reaches everybody's hub.
    package mutating func addFact(_ draft: EventDraft, project: ID<Project>?, at now: Timestamp) {
        append([draft], stream: UUIDv7(at: now), firstSeq: 1, project: project, root: nil, at: now)
    }

    /// Writes everything; must be the transaction's last statements.
    package func write(_ tx: Transaction) throws {
        guard !events.isEmpty else { return }
        try tx.bulk(
            "INSERT INTO events (stream_id, seq, project_id, type, at, fence, actor_id, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            rows: events)
        try tx.bulk(
            "INSERT INTO outbox (project_id, root_id, stream_id, seq_from, seq_to, topics) VALUES (?, ?, ?, ?, ?, ?)",
            rows: outbox)
    }
}
