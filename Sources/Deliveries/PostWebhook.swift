import Daemon
import Domain
package import Transfer

extension StandardWebhook {
    /// Posts `body` signed, under the delivery's id, so that a receiver can drop a repeat. Blocks for 7 s at most.
    package static func post(
        _ body: [UInt8], of delivery: Delivery, to url: String, secret: WebhookSecret, policy: AddressPolicy
    ) -> DeliveryOutcome {
        let webhook = StandardWebhook(
            id: delivery.id.description, timestamp: delivery.takenAt.milliseconds / 1000, body: body)
        let start = SystemClock.monotonicMs()
        do {
            let reply = try webhook.request(to: url, secret: secret, policy: policy).send()
            var outcome = DeliveryOutcome()
            outcome.durationMs = Int(SystemClock.monotonicMs() - start)
            outcome.status = reply.status
            outcome.reason = reply.webhookRefusal
            outcome.detail = outcome.reason == nil ? nil : "The receiver answered \(reply.status)."
            outcome.reply = reply.text.isEmpty ? nil : reply.text
            outcome.isFinal = reply.isGone
            outcome.waitMs = reply.retryAfterMs
            return outcome
        } catch {
            let isFinal = error.reason == .invalidRequest || error.reason == .addressRefused
            var outcome = DeliveryOutcome(reason: error.reason.rawValue, detail: error.message, isFinal: isFinal)
            outcome.durationMs = Int(SystemClock.monotonicMs() - start)
            outcome.isUnreachable = !isFinal
            return outcome
        }
    }

    /// The host and port that `url` leads to, in lower case: what the limit of a host counts by.
    package static func host(of url: String) -> String {
        let lower = url.lowercased()
        let rest = lower.firstRange(of: "://").map { lower[$0.upperBound...] } ?? ""
        return String(rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" })
    }
}

extension HTTPReply {
    /// `Retry-After` in milliseconds, as far as we are ready to wait; 0 when there is none.
    fileprivate var retryAfterMs: Int64 {
        guard let seconds = header("Retry-After").flatMap(Int64.init), seconds > 0 else { return 0 }
        return min(seconds, 7_200) * 1000
    }
}
