package import Domain
package import Feed
package import MariaDB
package import Transfer

/// What one pass of a delivery loop did.
package struct DeliveryResult: Equatable, Sendable {
    package var delivered = 0
    package var retried = 0
    package var gaveUp = 0
    package var subscriptionsDisabled = 0
    /// Something was due; there may be more.
    package var mayBeMore = false
}

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

/// Posts one due delivery at a time: marks it as sending, posts outside any transaction, records how it went.
///
/// A sender that dies in between leaves `sending`; it is tried again after `sendingMs`, with the same id. Safe on
/// several threads and processes at once: taking a delivery is compare-and-set.
package struct DeliverEvents: Sendable {
    /// Longer than any try can last.
    package static let sendingMs: Int64 = 60_000

    private let pool: Pool
    private let vault: SubscriptionVault
    private let policy: AddressPolicy
    private let backoff: Backoff
    private let disableAfter: DisableAfter

    /// - Parameter policy: which addresses a subscription may lead to.
    package init(
        pool: Pool, sealing: Sealing, policy: AddressPolicy, backoff: Backoff = .delivery,
        disableAfter: DisableAfter = .standard
    ) {
        self.pool = pool
        self.policy = policy
        self.backoff = backoff
        self.disableAfter = disableAfter
        vault = SubscriptionVault(sealing: sealing)
    }

    /// At most one delivery. Blocks for as long as its receiver takes, 7 s at most.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package func runOnce(touch: LeaseTouch) throws -> DeliveryResult {
        let due = try pool.read { try $0.query(ClaimDelivery.dueStatement("UTC_TIMESTAMP(3)")) }
        guard !due.isEmpty else { return DeliveryResult() }
        let claim = try pool.transaction { tx in
            try touch(tx)
            return try ClaimDelivery(maximumTries: backoff.maximumTries).run(in: tx)
        }
        switch claim {
        case .nothing: return DeliveryResult()
        case .gaveUp: return DeliveryResult(gaveUp: 1, mayBeMore: true)
        case .take(let claimed):
            let attempt = post(claimed)
            return try pool.transaction { try record(attempt, of: claimed, in: $0) }
        }
    }

    /// How one try went.
    private struct Attempt {
        var durationMs = 0
        var status: Int?
        var reason: String?
        var reply: String?
        /// No further try can end otherwise.
        var isFinal = false
        /// Wait at least this long before the next try, because the receiver asked for it.
        var waitMs: Int64 = 0
    }

    private func post(_ claimed: ClaimedDelivery) -> Attempt {
        let target: SubscriptionTarget
        do {
            target = try vault.target(claimed.subscription)
        } catch {
            return Attempt(reason: "subscriptionUnreadable")
        }
        let webhook = StandardWebhook(
            id: claimed.id.description, timestamp: claimed.takenAt.milliseconds / 1000,
            body: Array(claimed.body.text.utf8))
        do {
            let reply = try webhook.request(to: target.url, secret: target.secret, policy: policy).send()
            return Attempt(
                durationMs: Int(reply.timings.totalMs), status: reply.status, reason: reply.webhookRefusal,
                reply: reply.text.isEmpty ? nil : String(reply.text.prefix(500)), isFinal: reply.isGone,
                waitMs: reply.retryAfterMs)
        } catch {
            let isFinal = error.reason == .invalidRequest || error.reason == .addressRefused
            return Attempt(reason: error.reason.rawValue, isFinal: isFinal)
        }
    }

    /// Writes the outcome unless the delivery was meanwhile taken by another sender.
    private func record(_ attempt: Attempt, of claimed: ClaimedDelivery, in tx: Transaction) throws -> DeliveryResult {
        var result = DeliveryResult(mayBeMore: true)
        let delayMs = attempt.isFinal ? nil : backoff.delayMs(afterTry: claimed.tries).map { max($0, attempt.waitMs) }
        guard let reason = attempt.reason else {
            result.delivered = try claimed.finish("delivered", nil, in: tx)
            if result.delivered == 1 {
                try note(attempt, of: claimed, in: tx)
                try tx.execute(
                    """
                    UPDATE subscriptions SET failing_since = NULL, failures = 0 WHERE id = \(claimed.subscriptionID)
                    """)
            }
            return result
        }
        if let delayMs {
            result.retried = try tx.execute(
                """
                UPDATE subscription_deliveries SET state = 'pending', due_at = \(tx.now.adding(ms: delayMs)), \
                reason = \(reason) WHERE \(sql: claimed.isOurs)
                """)
        } else {
            result.gaveUp = try claimed.finish("gaveUp", reason, in: tx)
        }
        guard result.retried + result.gaveUp == 1 else { return result }
        try note(attempt, of: claimed, in: tx)
        result.subscriptionsDisabled = try countFailure(attempt, reason, of: claimed, in: tx)
        return result
    }

    private func note(_ attempt: Attempt, of claimed: ClaimedDelivery, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO subscription_attempts (delivery_id, try, at, duration_ms, status, reason, reply) \
            VALUES (\(claimed.id), \(claimed.tries), \(claimed.takenAt), \(attempt.durationMs), \
            \(attempt.status.sqlValue), \(attempt.reason.sqlValue), \(attempt.reply.sqlValue)) \
            ON DUPLICATE KEY UPDATE at = at
            """)
    }

    private func countFailure(
        _ attempt: Attempt, _ reason: String, of claimed: ClaimedDelivery, in tx: Transaction
    ) throws -> Int {
        try tx.execute(
            """
            UPDATE subscriptions SET failures = failures + 1, \
            failing_since = COALESCE(failing_since, \(claimed.takenAt)) WHERE id = \(claimed.subscriptionID)
            """)
        let longAgo = tx.now.adding(ms: -disableAfter.forMs)
        // Not when somebody has changed the subscription since.
        return try tx.execute(
            """
            UPDATE subscriptions SET disabled_at = \(tx.now), disabled_reason = \(reason) \
            WHERE id = \(claimed.subscriptionID) AND updated_at = \(claimed.subscriptionUpdatedAt) \
            AND disabled_at IS NULL \
            AND (\(attempt.isFinal) OR (failures >= \(disableAfter.failures) AND failing_since <= \(longAgo)))
            """)
    }
}

extension HTTPReply {
    /// `Retry-After` in milliseconds, as far as we are ready to wait; 0 when there is none.
    fileprivate var retryAfterMs: Int64 {
        guard let seconds = header("Retry-After").flatMap(Int64.init), seconds > 0 else { return 0 }
        return min(seconds, 7_200) * 1000
    }
}
