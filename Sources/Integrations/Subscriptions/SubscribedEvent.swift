import Domain
import Feed
import MariaDB
import Wire

/// An event of the feed that subscriptions can ask for, with the document that tells of it.
struct SubscribedEvent {
    let stream: UUIDv7
    let seq: Int
    let project: ID<Project>
    let type: String
    let at: Timestamp
    /// Key of the suite it is about.
    let suite: String?
    /// How the run ended.
    let status: String?
    let body: JSONValue

    /// The final ends of root runs and the facts of alerts among `rows`, in feed order.
    static func among(_ rows: [FeedRow], publicURL: String, in tx: Transaction) throws -> [SubscribedEvent] {
        let announced = Dictionary(grouping: rows, by: \.stream)
        let found = try tx.query(
            """
            SELECT e.stream_id, e.seq, e.project_id, e.type, e.at, e.body, x.kind, x.number, x.name, x.definition_key, \
            x.environment, x.branch, x.commit_id, x.started_at, x.finished_at FROM events e \
            LEFT JOIN executions x ON x.id = e.stream_id AND x.parent_id IS NULL \
            WHERE e.stream_id IN (\(list: announced.keys.sorted())) AND e.type IN (\(list: SubscriptionDraft.events))
            """)
        var events: [(pos: Int64, event: SubscribedEvent)] = []
        for row in found {
            guard let event = try SubscribedEvent(row, publicURL),
                let place = announced[event.stream]?.first(where: { $0.seqs.contains(event.seq) })
            else { continue }
            events.append((place.pos, event))
        }
        return events.sorted { ($0.pos, $0.event.seq) < ($1.pos, $1.event.seq) }.map(\.event)
    }

    /// nil for the end of a child, an end that a retry follows, and what belongs to no project.
    private init?(_ row: Row, _ publicURL: String) throws {
        guard let project: ID<Project> = try row.idOrNil("project_id") else { return nil }
        stream = try row.uuid("stream_id")
        seq = try row.int("seq")
        self.project = project
        type = try row.text("type")
        at = try row.time("at")
        let fact = try row.json("body")
        let data: JSONValue
        if type == EventName.executionFinished.rawValue {
            guard fact["final"] == true, let kind = try row.textOrNil("kind") else { return nil }
            suite = kind == "suite" ? try row.textOrNil("definition_key") : nil
            status = fact["status"]?.string
            data = try Self.run(row, fact, kind, publicURL)
        } else {
            suite = fact["suite"]?.string
            status = nil
            data = fact
        }
        body = ["type": .string(type), "timestamp": .string(at.description), "data": data]
    }

    private static func run(_ row: Row, _ fact: JSONValue, _ kind: String, _ publicURL: String) throws -> JSONValue {
        let number = try row.intOrNil("number")
        let project = fact["project"]?.string ?? ""
        let startedAt = try row.timeOrNil("started_at")
        let finishedAt = try row.timeOrNil("finished_at")
        let path = number.map { "/p/\(project)/runs/\($0)" } ?? "/p/\(project)"
        let durationMs = startedAt.flatMap { start in finishedAt.map { $0.milliseconds(since: start) } }
        return [
            "execution": .string(try row.uuid("stream_id").description), "project": .string(project),
            "number": number.map { .integer(Int64($0)) } ?? .null, "kind": .string(kind),
            "name": .string(try row.textOrNil("name") ?? ""), "key": try row.textOrNil("definition_key").orNull,
            "status": fact["status"] ?? .null, "environment": .string(try row.textOrNil("environment") ?? ""),
            "revision": [
                "commit": .string(try row.textOrNil("commit_id") ?? ""),
                "branch": .string(try row.textOrNil("branch") ?? ""),
            ],
            "startedAt": (startedAt?.description).orNull, "finishedAt": (finishedAt?.description).orNull,
            "durationMs": durationMs.map(JSONValue.integer) ?? .null,
            "counts": fact["counts"] ?? .null, "link": .string(publicURL + path),
        ]
    }
}

extension String? {
    fileprivate var orNull: JSONValue { map(JSONValue.string) ?? .null }
}
