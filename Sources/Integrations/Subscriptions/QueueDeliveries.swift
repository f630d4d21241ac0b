package import Deliveries
import Domain
package import MariaDB

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
    private let note: FaultNote

    /// - Parameters:
    ///   - publicURL: where people reach Assay; links begin with it.
    ///   - note: told of events and subscriptions that cannot be read; the others go on.
    package init(pool: Pool, publicURL: String, batchRows: Int = 500, note: @escaping FaultNote = { _, _ in }) {
        self.pool = pool
        self.note = note
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
        let subscribers = try Subscriber.all(note, in: tx)
        var deliveries: [[SQLValue]] = []
        if !subscribers.isEmpty {
            for event in try SubscribedEvent.between(from, to, publicURL: publicURL, note: note, in: tx) {
                for subscriber in subscribers where subscriber.wants(event) {
                    deliveries.append(Self.row(subscriber, event, tx.now))
                }
            }
        }
        if !deliveries.isEmpty {
            try tx.bulk(
                """
                INSERT INTO deliveries (id, kind, target_id, project_id, subject_id, subject_seq, topic, body, state, \
                due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?) \
                ON DUPLICATE KEY UPDATE subject_seq = subject_seq
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
