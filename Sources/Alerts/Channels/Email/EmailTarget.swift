import Domain
import Transfer

/// `email {to}` as asked for.
package struct EmailDraft: Sendable {
    package var to: [String]

    package init(to: [String]) { self.to = to }

    func target(_ faults: inout [FieldFault]) -> EmailTarget? {
        guard (1...20).contains(to.count) else {
            faults.append(FieldFault("/email/to", "must have 1 to 20 addresses"))
            return nil
        }
        let wrong = to.indices.filter { !MailAddress.isValid(to[$0]) }
        faults += wrong.map { FieldFault("/email/to/\($0)", "must be an e-mail address such as name@example.org") }
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

/// A plain `local@domain` address.
package enum MailAddress {
    private static let allowed = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.!#$%&'*+-/=?^_`{|}~".utf8)

    /// Only what needs no quoting: nothing in it can change a header or the dialogue with a mail server.
    package static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let local = parts.first, let domain = parts.last, text.utf8.count <= 254 else {
            return false
        }
        return !local.isEmpty && local.utf8.allSatisfy(allowed.contains) && !domain.isEmpty
            && domain.utf8.allSatisfy {
                (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46
            }
    }
}
