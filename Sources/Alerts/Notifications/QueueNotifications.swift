import Domain
import MariaDB

/// Writes one pending notification for each channel that is to be told.
enum QueueNotifications {
    /// The channels of the rule.
    static func opened(_ alert: AlertRecord, in tx: Transaction) throws {
        let rows = try tx.query(
            """
            SELECT channel_id FROM alert_rule_channels WHERE rule_id = \(alert.rule) ORDER BY channel_id
            """)
        try insert(rows.map { try $0.id("channel_id") }, .opened, alert, in: tx)
    }

    /// The channels that were told of its opening, whatever the rule names by now.
    static func resolved(_ alert: AlertRecord, in tx: Transaction) throws {
        let rows = try tx.query(
            """
            SELECT target_id FROM deliveries WHERE subject_id = \(alert.id) AND topic = 'opened' ORDER BY target_id
            """)
        try insert(rows.map { try $0.id("target_id") }, .resolved, alert, in: tx)
    }

    private static func insert(
        _ channels: [ID<Channel>], _ occasion: NotificationOccasion, _ alert: AlertRecord, in tx: Transaction
    ) throws {
        guard !channels.isEmpty else { return }
        try tx.bulk(
            """
            INSERT INTO deliveries (id, project_id, kind, target_id, subject_id, topic, state, due_at, created_at) \
            VALUES (?, ?, ?, ?, ?, ?, 'pending', ?, ?)
            """,
            rows: channels.map { channel in
                [
                    ID<Notification>(at: tx.now).sqlValue, alert.project.sqlValue,
                    .text(ChannelCourier.kind), channel.sqlValue, alert.id.sqlValue, .text(occasion.rawValue),
                    .time(tx.now), .time(tx.now),
                ]
            })
    }

    /// A message that only proves the channel works.
    static func test(_ channel: ID<Channel>, _ project: ID<Project>, in tx: Transaction) throws -> ID<Notification> {
        let id = ID<Notification>(at: tx.now)
        try tx.execute(
            """
            INSERT INTO deliveries (id, project_id, kind, target_id, topic, state, due_at, created_at) \
            VALUES (\(id), \(project), \(ChannelCourier.kind), \(channel), 'test', 'pending', \(tx.now), \(tx.now))
            """)
        return id
    }
}
