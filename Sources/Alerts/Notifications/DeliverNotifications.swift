package import Domain
package import Feed
package import MariaDB

/// What one pass of a delivery loop did.
package struct DeliveryResult: Equatable, Sendable {
    package var delivered = 0
    package var retried = 0
    package var gaveUp = 0
    package var channelsDisabled = 0
    /// Something was due; there may be more.
    package var mayBeMore = false
}

/// Sends one due notification at a time: marks it as sending, sends outside any transaction, records how it went.
///
/// A sender that dies in between leaves `sending`; it is tried again after `sendingMs`, with the same id. Safe on
/// several threads and processes at once: taking a message is compare-and-set.
package struct DeliverNotifications: Sendable {
    /// Longer than any try can last.
    package static let sendingMs: Int64 = 60_000

    private let pool: Pool
    private let outbound: Outbound
    private let vault: ChannelVault
    private let backoff: Backoff

    package init(pool: Pool, sealing: Sealing, outbound: Outbound, backoff: Backoff = .delivery) {
        self.pool = pool
        self.outbound = outbound
        self.backoff = backoff
        vault = ChannelVault(sealing: sealing)
    }

    /// At most one message. Blocks for as long as its receiver takes, about 20 s at most.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package func runOnce(touch: LeaseTouch) throws -> DeliveryResult {
        let due = try pool.read { try $0.query(Self.dueStatement("UTC_TIMESTAMP(3)")) }
        guard !due.isEmpty else { return DeliveryResult() }
        let claim = try pool.transaction { tx in
            try touch(tx)
            return try ClaimNotification(maximumTries: backoff.maximumTries).run(in: tx)
        }
        switch claim {
        case .nothing: return DeliveryResult()
        case .gaveUp: return DeliveryResult(gaveUp: 1, mayBeMore: true)
        case .take(let claimed):
            let outcome = send(claimed)
            return try pool.transaction { try record(outcome, of: claimed, in: $0) }
        }
    }

    static func dueStatement(_ now: SQL) -> SQL {
        """
        SELECT id, state, tries FROM notifications WHERE state IN ('pending', 'sending') AND due_at <= \(sql: now) \
        ORDER BY due_at, id LIMIT 10
        """
    }

    private func send(_ claimed: ClaimedNotification) -> SendOutcome {
        guard let channel = claimed.channel else {
            return .failed(SendFailure(reason: "channelDeleted", detail: "The channel was deleted."))
        }
        let message = RenderNotification(
            occasion: claimed.occasion, projectKey: claimed.projectKey, alert: claimed.alert,
            runNumber: claimed.runNumber, channelName: channel.name, createdAt: claimed.createdAt,
            publicURL: outbound.publicURL
        ).render()
        let target: ChannelTarget
        do {
            target = try vault.target(channel.row)
        } catch {
            return .failed(SendFailure(reason: "channelUnreadable", detail: "The channel's settings cannot be opened."))
        }
        switch target {
        case .webhook(let webhook):
            return webhook.send(message, id: claimed.id, at: claimed.takenAt, policy: outbound.policy)
        case .email(let email):
            return email.send(message, id: claimed.id, at: claimed.takenAt, mail: outbound.mail)
        }
    }

    /// Writes the outcome unless the message was meanwhile taken by another sender.
    private func record(
        _ outcome: SendOutcome, of claimed: ClaimedNotification, in tx: Transaction
    ) throws -> DeliveryResult {
        var result = DeliveryResult(mayBeMore: true)
        switch outcome {
        case .delivered:
            result.delivered = try tx.execute(
                """
                UPDATE notifications SET state = 'delivered', due_at = NULL, reason = NULL, detail = NULL, \
                finished_at = \(tx.now) WHERE \(sql: claimed.isOurs)
                """)
        case .failed(let failure):
            let delayMs = failure.isFinal ? nil : backoff.delayMs(afterTry: claimed.tries)
            let detail = String(failure.detail.prefix(255))
            if let delayMs {
                result.retried = try tx.execute(
                    """
                    UPDATE notifications SET state = 'pending', due_at = \(tx.now.adding(ms: delayMs)), \
                    reason = \(failure.reason), detail = \(detail) WHERE \(sql: claimed.isOurs)
                    """)
            } else {
                result.gaveUp = try tx.execute(
                    """
                    UPDATE notifications SET state = 'gaveUp', due_at = NULL, reason = \(failure.reason), \
                    detail = \(detail), finished_at = \(tx.now) WHERE \(sql: claimed.isOurs)
                    """)
            }
            if failure.disablesChannel, result.gaveUp == 1, let channel = claimed.channel {
                // Not when somebody has changed the channel since.
                result.channelsDisabled = try tx.execute(
                    """
                    UPDATE channels SET disabled_at = \(tx.now), disabled_reason = \(failure.reason) \
                    WHERE id = \(channel.id) AND updated_at = \(channel.updatedAt) AND disabled_at IS NULL
                    """)
            }
        }
        return result
    }
}

extension SendFailure {
    /// No further try can end otherwise.
    fileprivate var isFinal: Bool { disablesChannel || reason == "channelDeleted" }
}
