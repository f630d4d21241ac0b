package import Domain
import MariaDB

/// Where a delivery is on its way. Raw values are the text in SQL and JSON.
package enum DeliveryState: String, CaseIterable, Sendable {
    case pending, sending, delivered, gaveUp
}

/// A message that this sender, and no other, is to send now; a row of `deliveries` without its body.
package struct Delivery: Equatable, Sendable {
    package let id: UUIDv7
    package let project: ID<Project>
    /// Names the courier.
    package let kind: String
    /// The receiver: a channel, a subscription.
    package let target: UUIDv7
    /// What is told of; nil for a test.
    package let subject: UUIDv7?
    package let topic: String
    /// This try's number, from 1.
    package let tries: Int
    /// The same without the tries before somebody sent it again: what patience is counted by.
    let tryOfRound: Int
    package let takenAt: Timestamp
    package let createdAt: Timestamp
    /// Where it goes, for the limit of a host.
    let host: String

    /// Condition under which the row is still this try's.
    var isOurs: SQL { "id = \(id) AND state = 'sending' AND tries = \(tries)" }
}

/// How one try went.
package struct DeliveryOutcome: Equatable, Sendable {
    package var durationMs = 0
    /// Status of the reply; nil when none came.
    package var status: Int?
    /// A word for the failure; nil when the receiver took the message.
    package var reason: String?
    /// The failure in a sentence.
    package var detail: String?
    /// The beginning of the reply.
    package var reply: String?
    /// No further try can end otherwise.
    package var isFinal = false
    /// Wait at least this long before the next try, because the receiver asked for it.
    package var waitMs: Int64 = 0
    /// Nobody answered: after some of these in a row the host is left alone for a while.
    package var isUnreachable = false
    /// When the receiver's settings that were used had been changed last; nil when it is gone.
    package var receiverUpdatedAt: Timestamp?

    package init() {}

    package init(reason: String, detail: String? = nil, isFinal: Bool = false) {
        self.reason = reason
        self.detail = detail
        self.isFinal = isFinal
    }
}

/// What a pass of the senders did.
package struct DeliveryResult: Equatable, Sendable {
    package var delivered = 0
    package var retried = 0
    package var gaveUp = 0
    /// Channels or subscriptions.
    package var receiversDisabled = 0
    /// Something was due; there may be more.
    package var mayBeMore = false
}
