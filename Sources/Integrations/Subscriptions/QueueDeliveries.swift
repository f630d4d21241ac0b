import Domain
package import Feed
package import MariaDB

/// Writes a delivery for every event of the feed that a subscription asks for, from its own cursor.
///
/// The cursor moves in the transaction that writes the deliveries; each is unique by subscription and event.
package struct QueueDeliveries {
    private var feed: FeedFold
    private let publicURL: String
    private let note: FaultNote

    /// - Parameters:
    ///   - publicURL: where people reach Assay; links begin with it.
    ///   - note: told of subscriptions that cannot be read; the others go on.
    package init(pool: Pool, publicURL: String, batchRows: Int = 500, note: @escaping FaultNote = { _, _ in }) {
        self.note = note
        // The end of a child is announced to nobody.
        feed = FeedFold("subscriptions", topics: [.finished, .alerts], pool: pool, batchRows: batchRows) { row in
            row.topics.contains(.alerts) || row.root?.uuid == row.stream
        }
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }

    /// What one pass did.
    package struct Pass: Equatable, Sendable {
        package var deliveries = 0
        package var feed = FeedFold.Pass()
    }

    package mutating func reset() { feed.reset() }

    /// One batch. Blocks; call on one thread at a time.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package mutating func runOnce(monotonicMs: Int64, touch: LeaseTouch) throws -> Pass {
        var pass = Pass()
        let publicURL = publicURL
        let note = note
        pass.feed = try feed.runOnce(monotonicMs: monotonicMs, touch: touch) { rows, tx in
            pass.deliveries += try Self.queue(rows, publicURL: publicURL, note: note, in: tx)
        }
        return pass
    }

    private static func queue(
        _ rows: [FeedRow], publicURL: String, note: FaultNote, in tx: Transaction
    ) throws -> Int {
        let subscribers = try Subscriber.all(note, in: tx)
        guard !subscribers.isEmpty else { return 0 }
        var deliveries: [[SQLValue]] = []
        for event in try SubscribedEvent.among(rows, publicURL: publicURL, in: tx) {
            for subscriber in subscribers where subscriber.wants(event) {
                deliveries.append(row(subscriber, event, tx.now))
            }
        }
        guard !deliveries.isEmpty else { return 0 }
        try tx.bulk(
            """
            INSERT INTO deliveries (id, kind, target_id, project_id, subject_id, subject_seq, topic, body, state, \
            due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) \
            ON DUPLICATE KEY UPDATE subject_seq = subject_seq
            """, rows: deliveries)
        return deliveries.count
    }

    private static func row(_ subscriber: Subscriber, _ event: SubscribedEvent, _ now: Timestamp) -> [SQLValue] {
        [
            UUIDv7(at: now).sqlValue, .text(SubscriptionCourier.kind), subscriber.id.sqlValue,
            subscriber.project.sqlValue, event.stream.sqlValue, event.seq.sqlValue, .text(event.type),
            event.body.sqlValue, .time(now), .time(now),
        ]
    }
}

/// An enabled subscription, as far as choosing events needs it.
private struct Subscriber {
    let id: ID<Subscription>
    let project: ID<Project>
    let events: [String]
    let filter: SubscriptionFilter
    let createdAt: Timestamp

    static func all(_ note: FaultNote, in tx: Transaction) throws -> [Subscriber] {
        try tx.query(
            """
            SELECT id, project_id, events, filter, created_at FROM subscriptions WHERE disabled_at IS NULL ORDER BY id
            """
        ).compactMap { row in
            let id: ID<Subscription> = try row.id("id")
            return try steppingOver("subscription \(id)", note) { try Subscriber(id, row) }
        }
    }

    private init(_ id: ID<Subscription>, _ row: Row) throws {
        self.id = id
        project = try row.id("project_id")
        events = try row.json("events").array?.compactMap(\.string) ?? []
        filter = SubscriptionFilter(try row.json("filter"))
        createdAt = try row.time("created_at")
    }

    /// Only events of its project, and none from before it was made.
    func wants(_ event: SubscribedEvent) -> Bool {
        event.project == project && event.at >= createdAt && events.contains(event.type)
            && filter.admits(suite: event.suite, status: event.status)
    }
}
