import Domain
import Transfer

/// `email {to}` as asked for.
package struct EmailDraft: Sendable {
    package var to: [String]

    package init(to: [String]) { self.to = to }

    func target(_ faults: inout [FieldFault]) -> EmailTarget? {
        if let fault = countFault(to.count, Limits.recipients) {
            faults.append(FieldFault("/email/to", fault))
            return nil
        }
        let wrong = to.enumerated().compactMap { index, address in
            textFault(address, 3...254, .email).map { FieldFault("/email/to/\(index)", $0) }
        }
        faults += wrong
        return wrong.isEmpty ? EmailTarget(to: to) : nil
    }
}

/// People who get a mail.
package struct EmailTarget: Equatable, Sendable {
    package let to: [String]

    var json: JSONValue { ["to": .array(to.map(JSONValue.string))] }

    init(to: [String]) { self.to = to }

    init?(_ json: JSONValue) {
        guard let to = json["to"]?.array?.compactMap(\.string), !to.isEmpty else { return nil }
        self.init(to: to)
    }

    /// Hands one mail for all recipients to the mail server. Blocks.
    func send(
        _ message: RenderedNotification, id: ID<Notification>, at now: Timestamp, mail: MailRoute?
    ) -> SendOutcome {
        guard let mail else {
            return .failed(
                SendFailure(
                    reason: "mailNotConfigured", detail: "This server has no mail server to hand messages to."))
        }
        let text = MailMessage(
            from: mail.from, to: to, subject: message.subject, text: message.text, id: id.description, at: now)
        do {
            try sendMail(server: mail.server, from: mail.from, to: to, message: text.bytes)
            return .delivered
        } catch {
            // Only a refusal for good says something about the recipients; the rest is our own server's trouble.
            let disables = error.reason == .mailRejected && error.isPermanent
            return .failed(SendFailure(reason: error.reason.rawValue, detail: error.message, disablesChannel: disables))
        }
    }
}
