import Domain
package import MariaDB

/// Proves the leadership of a loop inside one of its transactions: touches its row or throws.
package typealias LeaseTouch = (Transaction) throws -> Void

/// What one pass of the queueing did.
package struct QueueResult: Equatable, Sendable {
    /// Feed rows read.
    package var feedRows = 0
    package var deliveries = 0
    /// The batch was full.
    package var mayBeMore = false
}

/// Writes a delivery for every event of the feed that a subscription asks for, from its own cursor.
///
/// The cursor moves in the transaction that writes the deliveries; each is unique by subscription and event.
package struct QueueDeliveries: Sendable {
    private static let cursorName = "subscriptions"
    private let pool: Pool
    private let batchRows: Int
    private let publicURL: String

    /// - Parameter publicURL: where people reach Assay; links begin with it.
    package init(pool: Pool, publicURL: String, batchRows: Int = 500) {
        self.pool = pool
        self.batchRows = max(1, batchRows)
        self.publicURL = publicURL.hasSuffix("/") ? String(publicURL.dropLast()) : publicURL
    }

    /// One batch. Blocks; call on one thread at a time.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package func runOnce(touch: LeaseTouch) throws -> QueueResult {
        guard try pool.read({ try Self.hasNews($0) }) else { return QueueResult() }
        return try pool.transaction { tx in
            try touch(tx)
            return try queue(in: tx)
        }
    }

    private static func hasNews(_ connection: Connection) throws -> Bool {
        try !connection.query(
            """
            SELECT 1 AS found FROM feed WHERE pos > \
            COALESCE((SELECT pos FROM subscription_cursors WHERE name = \(cursorName)), 0) LIMIT 1
            """
        ).isEmpty
    }

    private func queue(in tx: Transaction) throws -> QueueResult {
        let from = try Self.lockCursor(in: tx)
        let rows = try tx.query("SELECT pos FROM feed WHERE pos > \(from) ORDER BY pos LIMIT \(batchRows)")
        guard let last = rows.last else { return QueueResult() }
        let to = try last.int64("pos")
        let subscribers = try Subscriber.all(in: tx)
        var deliveries: [[SQLValue]] = []
        if !subscribers.isEmpty {
            for event in try SubscribedEvent.between(from, to, publicURL: publicURL, in: tx) {
                for subscriber in subscribers where subscriber.wants(event) {
                    deliveries.append(Self.row(subscriber, event, tx.now))
                }
            }
        }
        if !deliveries.isEmpty {
            try tx.bulk(
                """
                INSERT INTO subscription_deliveries (id, subscription_id, project_id, stream_id, seq, event, body, \
                state, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) \
                ON DUPLICATE KEY UPDATE seq = seq
                """, rows: deliveries)
        }
        try tx.execute(
            """
            UPDATE subscription_cursors SET pos = \(to), updated_at = \(tx.now) WHERE name = \(Self.cursorName)
            """)
        return QueueResult(feedRows: rows.count, deliveries: deliveries.count, mayBeMore: rows.count == batchRows)
    }

    private static func lockCursor(in tx: Transaction) throws -> Int64 {
        let statement: SQL = "SELECT pos FROM subscription_cursors WHERE name = \(cursorName) FOR UPDATE"
        if let row = try tx.first(statement) { return try row.int64("pos") }
        try tx.execute(
            """
            INSERT INTO subscription_cursors (name, pos, updated_at) VALUES (\(cursorName), 0, \(tx.now)) \
            ON DUPLICATE KEY UPDATE pos = pos
            """)
        return try tx.first(statement)?.int64("pos") ?? 0
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
