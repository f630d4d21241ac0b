import Domain
import Transfer

/// A channel as asked for. Exactly the part that its kind names is given.
package struct ChannelDraft: Sendable {
    package var name: String
    package var kind: String
    package var webhook: WebhookDraft?
    package var email: EmailDraft?

    package init(name: String, kind: String, webhook: WebhookDraft? = nil, email: EmailDraft? = nil) {
        self.name = name
        self.kind = kind
        self.webhook = webhook
        self.email = email
    }

    /// The target, or everything that is wrong.
    ///
    /// `previous` is the target of the channel that is replaced: a webhook without a secret keeps its old one.
    func target(replacing previous: ChannelTarget? = nil) throws -> ChannelTarget {
        var faults = [nameFault(name)].compactMap(\.self)
        var target: ChannelTarget?
        switch ChannelKind(rawValue: kind) {
        case .webhook:
            if email != nil { faults.append(FieldFault("/email", "does not belong to a webhook channel")) }
            if let webhook {
                target = webhook.target(replacing: previous, &faults).map(ChannelTarget.webhook)
            } else {
                faults.append(FieldFault("/webhook", "is required"))
            }
        case .email:
            if webhook != nil { faults.append(FieldFault("/webhook", "does not belong to an e-mail channel")) }
            if let email {
                target = email.target(&faults).map(ChannelTarget.email)
            } else {
                faults.append(FieldFault("/email", "is required"))
            }
        case nil: faults.append(FieldFault("/kind", "must be webhook or email"))
        }
        guard faults.isEmpty, let target else { throw AlertsError.invalid(faults) }
        return target
    }
}

/// The kinds of channels; each has a folder of its own. Raw values are the text in SQL and JSON.
package enum ChannelKind: String, CaseIterable, Sendable {
    case webhook, email
}

/// Where a channel leads to, with its credentials; lies sealed in the database.
package enum ChannelTarget: Equatable, Sendable {
    case webhook(WebhookTarget)
    case email(EmailTarget)

    package var kind: ChannelKind {
        switch self {
        case .webhook: .webhook
        case .email: .email
        }
    }

    var json: JSONValue {
        switch self {
        case .webhook(let target): target.json
        case .email(let target): target.json
        }
    }

    /// nil when the document is not what `json` makes.
    init?(_ kind: ChannelKind, _ json: JSONValue) {
        switch kind {
        case .webhook:
            guard let target = WebhookTarget(json) else { return nil }
            self = .webhook(target)
        case .email:
            guard let target = EmailTarget(json) else { return nil }
            self = .email(target)
        }
    }
}
