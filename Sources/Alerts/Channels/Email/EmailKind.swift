import Deliveries
package import Domain
import Transfer
package import Wire

/// `email {to}`: people who get a mail.
package struct EmailKind: ChannelKind {
    package let name = "email"

    package var settings: Shape {
        .object([.required("to", .array(.text(3...254, .email), Limits.recipients), "Recipients.")])
    }

    package var shown: Shape { .object([.required("to", .array(.text(1...254), Limits.recipients), "")]) }

    package func target(
        _ settings: JSONValue, replacing previous: (any ChannelTarget)?, _ faults: inout [FieldFault]
    ) -> (any ChannelTarget)? {
        let to = (settings["to"]?.array ?? []).compactMap(\.string)
        guard Limits.recipients.contains(to.count) else {
            faults.append(
                FieldFault(
                    "/email/to",
                    "must have \(Limits.recipients.lowerBound) to \(Limits.recipients.upperBound) addresses"))
            return nil
        }
        let wrong = to.indices.filter { !MailAddress.isValid(to[$0]) }
        faults += wrong.map { FieldFault("/email/to/\($0)", "must be an e-mail address such as name@example.org") }
        return wrong.isEmpty ? EmailTarget(to: to) : nil
    }

    package func open(_ stored: JSONValue) -> (any ChannelTarget)? {
        guard let to = stored["to"]?.array?.compactMap(\.string), !to.isEmpty else { return nil }
        return EmailTarget(to: to)
    }
}

/// The recipients of one mail.
private struct EmailTarget: ChannelTarget {
    let to: [String]

    var stored: JSONValue { ["to": .array(to.map(JSONValue.string))] }
    var shown: JSONValue { stored }
    var secret: String? { nil }

    /// All mail goes through the one server.
    func host(_ outbound: Outbound) -> String { outbound.mail.map { "smtp:\($0.server.host)" } ?? "" }

    /// Hands one mail for all recipients to the mail server. Blocks.
    func send(_ message: RenderedNotification, for delivery: Delivery, _ outbound: Outbound) -> DeliveryOutcome {
        guard let mail = outbound.mail else {
            return DeliveryOutcome(
                reason: "mailNotConfigured", detail: "This server has no mail server to hand messages to.")
        }
        let text = MailMessage(
            from: mail.from, to: to, subject: message.subject, text: message.text, id: delivery.id.description,
            at: delivery.takenAt)
        do {
            try sendMail(server: mail.server, from: mail.from, to: to, message: text.bytes)
            return DeliveryOutcome()
        } catch {
            // Only a refusal for good says something about the recipients; the rest is our own server's trouble.
            let isFinal = error.reason == .mailRejected && error.isPermanent
            var outcome = DeliveryOutcome(reason: error.reason.rawValue, detail: error.message, isFinal: isFinal)
            outcome.isUnreachable = error.reason != .mailRejected
            return outcome
        }
    }
}
