package import Domain
package import MariaDB

/// Who a delivery is for, as far as the queue has to know.
package struct Receiver: Equatable, Sendable {
    /// Where the message will go, for the limit of a host; empty when that is not known.
    package let host: String
    /// A word and a sentence: nothing is to be sent there any more.
    package let refusal: Refusal?

    package struct Refusal: Equatable, Sendable {
        package let reason: String
        package let detail: String

        package init(reason: String, detail: String) {
            self.reason = reason
            self.detail = detail
        }
    }

    package init(host: String = "", refusal: Refusal? = nil) {
        self.host = host
        self.refusal = refusal
    }
}

/// Knows the receivers and the words of one kind of delivery; the queue does the rest.
package protocol Courier: Sendable {
    /// As in `deliveries.kind`.
    var kind: String { get }

    /// Reads who `target` is. What it throws holds up this target only.
    func receiver(of target: UUIDv7, topic: String, in connection: Connection) throws -> Receiver

    /// Renders the message and sends it: outside any transaction, once, with a time limit. `body` is what was stored
    /// with the delivery. Blocks; several threads at once.
    func send(_ delivery: Delivery, body: String?) throws -> DeliveryOutcome

    /// Draws the consequences for the receiver, in the transaction that records the try; true = it is disabled now.
    func settle(_ outcome: DeliveryOutcome, of delivery: Delivery, gaveUp: Bool, in tx: Transaction) throws -> Bool
}
