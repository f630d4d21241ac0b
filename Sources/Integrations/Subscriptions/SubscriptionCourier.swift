package import Deliveries
package import Domain
package import MariaDB
package import Transfer

/// When a receiver that never answers well is left alone.
package struct DisableAfter: Equatable, Sendable {
    package let failures: Int
    package let forMs: Int64

    package init(failures: Int, forMs: Int64) {
        self.failures = failures
        self.forMs = forMs
    }

    /// Ten tries in a row, for a whole day.
    package static let standard = DisableAfter(failures: 10, forMs: 86_400_000)
}

/// Brings events to the receivers of subscriptions.
package struct SubscriptionCourier: Courier {
    static let kind = "event"

    package var kind: String { Self.kind }
    private let pool: Pool
    private let vault: SubscriptionVault
    private let policy: AddressPolicy
    private let disableAfter: DisableAfter

    /// - Parameter policy: which addresses a subscription may lead to.
    package init(pool: Pool, sealing: Sealing, policy: AddressPolicy, disableAfter: DisableAfter = .standard) {
        self.pool = pool
        self.policy = policy
        self.disableAfter = disableAfter
        vault = SubscriptionVault(sealing: sealing)
    }

    package func receiver(of target: UUIDv7, topic: String, in connection: Connection) throws -> Receiver {
        guard let row = try Self.row(target, in: connection) else { return Receiver(refusal: .deleted) }
        if try row.timeOrNil("disabled_at") != nil { return Receiver(refusal: .disabled) }
        // Settings that cannot be opened fail when they are used: there the log tells of it.
        return Receiver(host: (try? vault.target(row)).map { StandardWebhook.host(of: $0.url) } ?? "")
    }

    package func send(_ delivery: Delivery, body: String?) throws -> DeliveryOutcome {
        guard let row = try pool.read({ try Self.row(delivery.target, in: $0) }) else {
            return DeliveryOutcome(reason: "subscriptionDeleted", isFinal: true)
        }
        guard let target = try? vault.target(row) else { return DeliveryOutcome(reason: "subscriptionUnreadable") }
        var outcome = StandardWebhook.post(
            Array((body ?? "null").utf8), of: delivery, to: target.url, secret: target.secret, policy: policy)
        outcome.receiverUpdatedAt = try row.time("updated_at")
        return outcome
    }

    package func settle(
        _ outcome: DeliveryOutcome, of delivery: Delivery, gaveUp: Bool, in tx: Transaction
    ) throws -> Bool {
        guard let reason = outcome.reason else {
            try tx.execute(
                "UPDATE subscriptions SET failing_since = NULL, failures = 0 WHERE id = \(delivery.target)")
            return false
        }
        try tx.execute(
            """
            UPDATE subscriptions SET failures = failures + 1, \
            failing_since = COALESCE(failing_since, \(delivery.takenAt)) WHERE id = \(delivery.target)
            """)
        let longAgo = tx.now.adding(ms: -disableAfter.forMs)
        // Not when somebody has changed the subscription since.
        return try tx.execute(
            """
            UPDATE subscriptions SET disabled_at = \(tx.now), disabled_reason = \(reason), version = version + 1 \
            WHERE id = \(delivery.target) AND updated_at = \(outcome.receiverUpdatedAt) AND disabled_at IS NULL \
            AND (\(outcome.isFinal) OR (failures >= \(disableAfter.failures) AND failing_since <= \(longAgo)))
            """) == 1
    }

    private static func row(_ subscription: UUIDv7, in connection: Connection) throws -> Row? {
        try connection.query(
            "SELECT \(sql: SubscriptionRecord.columns) FROM subscriptions WHERE id = \(subscription)"
        ).first
    }
}

extension Receiver.Refusal {
    fileprivate static let deleted = Receiver.Refusal(
        reason: "subscriptionDeleted", detail: "The subscription was deleted.")
    fileprivate static let disabled = Receiver.Refusal(
        reason: "subscriptionDisabled", detail: "The subscription is disabled.")
}
