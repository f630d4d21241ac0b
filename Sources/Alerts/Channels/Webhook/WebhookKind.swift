import Deliveries
package import Domain
import Transfer
package import Wire

/// `webhook {url, secret}`: a URL that takes signed JSON.
package struct WebhookKind: ChannelKind {
    package let name = "webhook"

    package var settings: Shape {
        .object([
            .required("url", .text(8...2_000, .webAddress), "Where the message is posted."),
            .optional("secret", Shape.text(38...94, .webhookSecret).orNull, "Key of the signature; write only."),
        ])
    }

    package var shown: Shape {
        .object([.required("url", .text(1...2_000), ""), .optional("secret", .text(1...255), "")])
    }

    package func target(
        _ settings: JSONValue, replacing previous: (any ChannelTarget)?, _ faults: inout [FieldFault]
    ) -> (any ChannelTarget)? {
        let url = settings["url"]?.string ?? ""
        if let fault = StandardWebhook.addressFault(url) { faults.append(FieldFault("/webhook/url", fault)) }
        guard let secret = settings["secret"]?.string else {
            // Left out: keep the old one, or make one.
            return WebhookTarget(url: url, secret: (previous as? WebhookTarget)?.key ?? .random())
        }
        guard let parsed = WebhookSecret(secret) else {
            faults.append(
                FieldFault(
                    "/webhook/secret", "must be whsec_ and the base64 of 24 to 64 bytes; left out, one is made"))
            return nil
        }
        return WebhookTarget(url: url, secret: parsed)
    }

    package func open(_ stored: JSONValue) -> (any ChannelTarget)? {
        guard let url = stored["url"]?.string, let secret = stored["secret"]?.string.flatMap(WebhookSecret.init) else {
            return nil
        }
        return WebhookTarget(url: url, secret: secret)
    }
}

/// A URL and what signs the messages to it.
private struct WebhookTarget: ChannelTarget {
    let url: String
    let key: WebhookSecret

    init(url: String, secret: WebhookSecret) {
        self.url = url
        key = secret
    }

    var stored: JSONValue { ["url": .string(url), "secret": .string(key.text)] }
    var shown: JSONValue { ["url": .string(url)] }
    var secret: String? { key.text }

    func host(_ outbound: Outbound) -> String { StandardWebhook.host(of: url) }

    func send(_ message: RenderedNotification, for delivery: Delivery, _ outbound: Outbound) -> DeliveryOutcome {
        StandardWebhook.post(
            Array(message.json.text.utf8), of: delivery, to: url, secret: key, policy: outbound.policy)
    }
}
