import Domain
package import Feed
package import MariaDB

/// Writes a delivery for every event of the feed that a subscription asks for, from its own cursor.
///
/// The cursor moves in the transaction that writes the deliveries; each is unique by subscription and event.
package struct QueueDeliveries {
    private var feed: FeedFold
    private let publicURL: String

    /// - Parameter publicURL: where people reach Assay; links begin with it.
    package init(pool: Pool, publicURL: String, batchRows: Int = 500) {
        feed = FeedFold("subscriptions", topics: [.finished, .alerts], pool: pool, batchRows: batchRows)
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
        pass.feed = try feed.runOnce(monotonicMs: monotonicMs, touch: touch) { rows, tx in
            pass.deliveries += try Self.queue(rows, publicURL: publicURL, in: tx)
        }
        return pass
    }

    private static func queue(_ rows: [FeedRow], publicURL: String, in tx: Transaction) throws -> Int {
        // The end of a child is announced to nobody: most batches stop here.
        let rows = rows.filter { $0.topics.contains(.alerts) || $0.root?.uuid == $0.stream }
        guard !rows.isEmpty else { return 0 }
        let subscribers = try Subscriber.all(in: tx)
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
            INSERT INTO subscription_deliveries (id, subscription_id, project_id, stream_id, seq, event, body, \
            state, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) \
            ON DUPLICATE KEY UPDATE seq = seq
            """, rows: deliveries)
        return deliveries.count
    }

    private static func row(_ subscriber: Subscriber, _ event: SubscribedEvent, _ now: Timestamp) -> [SQLValue] {
        [
            UUIDv7(at: now).sqlValue, subscriber.id.sqlValue, subscriber.project.sqlValue, event.stream.sqlValue,
            event.seq.sqlValue, .text(event.type), event.body.sqlValue, .time(now), .time(now),
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

    static func all(in tx: Transaction) throws -> [Subscriber] {
        try tx.query(
            """
            SELECT id, project_id, events, filter, created_at FROM subscriptions WHERE disabled_at IS NULL ORDER BY id
            """
        ).map { row in
            Subscriber(
                id: try row.id("id"), project: try row.id("project_id"),
                events: try row.json("events").array?.compactMap(\.string) ?? [],
                filter: SubscriptionFilter(try row.json("filter")), createdAt: try row.time("created_at"))
        }
    }

    /// Only events of its project, and none from before it was made.
    func wants(_ event: SubscribedEvent) -> Bool {
        event.project == project && event.at >= createdAt && events.contains(event.type)
            && filter.admits(suite: event.suite, status: event.status)
    }
}
