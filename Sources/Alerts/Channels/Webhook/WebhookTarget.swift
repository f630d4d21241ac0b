import Domain
package import Transfer

/// `webhook {url, secret}` as asked for.
package struct WebhookDraft: Sendable {
    package var url: String
    /// nil: keep the old one, or make one.
    package var secret: String?

    package init(url: String, secret: String? = nil) {
        self.url = url
        self.secret = secret
    }

    func target(replacing previous: ChannelTarget?, _ faults: inout [FieldFault]) -> WebhookTarget? {
        if let fault = StandardWebhook.addressFault(url) { faults.append(FieldFault("/webhook/url", fault)) }
        guard let secret else {
            if case .webhook(let old) = previous { return WebhookTarget(url: url, secret: old.secret) }
            return WebhookTarget(url: url, secret: .random())
        }
        guard let parsed = WebhookSecret(secret) else {
            faults.append(
                FieldFault(
                    "/webhook/secret", "must be whsec_ and the base64 of 24 to 64 bytes; left out, one is made"))
            return nil
        }
        return WebhookTarget(url: url, secret: parsed)
    }
}

/// A URL that takes signed JSON.
package struct WebhookTarget: Equatable, Sendable {
    package let url: String
    package let secret: WebhookSecret

    var json: JSONValue { ["url": .string(url), "secret": .string(secret.text)] }

    init(url: String, secret: WebhookSecret) {
        self.url = url
        self.secret = secret
    }

    init?(_ json: JSONValue) {
        guard let url = json["url"]?.string, let secret = json["secret"]?.string.flatMap(WebhookSecret.init) else {
            return nil
        }
        self.init(url: url, secret: secret)
    }

    /// Posts `message`; the notification's id is the webhook's, so that a repeat can be recognised. Blocks.
    func send(
        _ message: RenderedNotification, id: ID<Notification>, at now: Timestamp, policy: AddressPolicy
    ) -> SendOutcome {
        let webhook = StandardWebhook(
            id: id.description, timestamp: now.milliseconds / 1000, body: Array(message.json.text.utf8))
        do {
            let reply = try webhook.request(to: url, secret: secret, policy: policy).send()
            guard let refusal = reply.webhookRefusal else { return .delivered }
            return .failed(
                SendFailure(
                    reason: refusal, detail: "The receiver answered \(reply.status).", disablesChannel: reply.isGone))
        } catch {
            let disables = error.reason == .invalidRequest || error.reason == .addressRefused
            return .failed(SendFailure(reason: error.reason.rawValue, detail: error.message, disablesChannel: disables))
        }
    }
}
