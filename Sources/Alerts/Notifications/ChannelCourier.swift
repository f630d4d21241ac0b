package import Deliveries
package import Domain
package import MariaDB

/// Brings notifications to channels.
package struct ChannelCourier: Courier {
    static let kind = "notification"

    package var kind: String { Self.kind }
    private let pool: Pool
    private let outbound: Outbound
    private let vault: ChannelVault

    package init(pool: Pool, sealing: Sealing, outbound: Outbound) {
        self.pool = pool
        self.outbound = outbound
        vault = ChannelVault(sealing: sealing)
    }

    package func receiver(of target: UUIDv7, topic: String, in connection: Connection) throws -> Receiver {
        guard let row = try Self.row(target, in: connection) else { return Receiver(refusal: .channelDeleted) }
        // A test is how people find out whether a disabled channel works again.
        if try row.timeOrNil("disabled_at") != nil, topic != NotificationOccasion.test.rawValue {
            return Receiver(refusal: .channelDisabled)
        }
        // Settings that cannot be opened fail when they are used: there the log tells of it.
        return Receiver(host: (try? vault.target(row))?.host(outbound) ?? "")
    }

    package func send(_ delivery: Delivery, body: String?) throws -> DeliveryOutcome {
        let letter = try pool.read { try Letter(delivery, in: $0) }
        guard let row = letter.channel else { return DeliveryOutcome(refusal: .channelDeleted) }
        let target: any ChannelTarget
        do {
            target = try vault.target(row)
        } catch {
            return DeliveryOutcome(reason: "channelUnreadable", detail: "The channel's settings cannot be opened.")
        }
        var outcome = target.send(try letter.rendered(outbound.publicURL), for: delivery, outbound)
        outcome.receiverUpdatedAt = try row.time("updated_at")
        return outcome
    }

    package func settle(
        _ outcome: DeliveryOutcome, of delivery: Delivery, gaveUp: Bool, in tx: Transaction
    ) throws -> Bool {
        guard gaveUp, outcome.isFinal, let reason = outcome.reason, let seenAt = outcome.receiverUpdatedAt else {
            return false
        }
        // Not when somebody has changed the channel since.
        return try tx.execute(
            """
            UPDATE channels SET disabled_at = \(tx.now), disabled_reason = \(reason), version = version + 1 \
            WHERE id = \(delivery.target) AND updated_at = \(seenAt) AND disabled_at IS NULL
            """) == 1
    }

    fileprivate static func row(_ channel: UUIDv7, in connection: Connection) throws -> Row? {
        try connection.query("SELECT \(sql: Channels.columns) FROM channels WHERE id = \(channel)").first
    }
}

/// All that it takes to write one notification.
private struct Letter {
    let delivery: Delivery
    let channel: Row?
    let projectKey: String
    let alert: AlertRecord?
    let runNumber: Int?

    init(_ delivery: Delivery, in connection: Connection) throws {
        self.delivery = delivery
        channel = try ChannelCourier.row(delivery.target, in: connection)
        projectKey = try Alerts.projectKey(of: delivery.project, in: connection)
        alert = try delivery.subject.flatMap { id in
            try connection.query("SELECT \(sql: AlertRecord.columns) FROM alerts WHERE id = \(id)").first
        }.map { try AlertRecord($0) }
        runNumber = try alert?.execution.flatMap { try Self.runNumber($0, in: connection) }
    }

    func rendered(_ publicURL: String) throws -> RenderedNotification {
        guard let occasion = NotificationOccasion(rawValue: delivery.topic) else {
            throw DatabaseError.decoding(column: "topic")
        }
        return RenderNotification(
            occasion: occasion, projectKey: projectKey, alert: alert, runNumber: runNumber,
            channelName: try channel?.text("name") ?? "", createdAt: delivery.createdAt, publicURL: publicURL
        ).render()
    }

    /// The number people know the run by: that of its root.
    private static func runNumber(_ execution: ID<Execution>, in connection: Connection) throws -> Int? {
        try connection.query(
            """
            SELECT r.number FROM executions x JOIN executions r ON r.id = x.root_id WHERE x.id = \(execution)
            """
        ).first?.intOrNil("number")
    }
}

extension Receiver.Refusal {
    fileprivate static let channelDeleted = Receiver.Refusal(
        reason: "channelDeleted", detail: "The channel was deleted.")
    fileprivate static let channelDisabled = Receiver.Refusal(
        reason: "channelDisabled", detail: "The channel is disabled.")
}

extension DeliveryOutcome {
    fileprivate init(refusal: Receiver.Refusal) {
        self.init(reason: refusal.reason, detail: refusal.detail, isFinal: true)
    }
}
