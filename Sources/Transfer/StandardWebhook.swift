import Crypto

/// The shared secret of a webhook: `whsec_` and the base64 of 24 to 64 bytes.
package struct WebhookSecret: Equatable, Sendable, CustomStringConvertible {
    private static let prefix = "whsec_"
    private let key: [UInt8]

    /// nil unless `text` is `whsec_…` as above.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix), let key = Base64.decode(text.dropFirst(Self.prefix.count)),
            (24...64).contains(key.count)
        else { return nil }
        self.key = key
    }

    private init(key: [UInt8]) { self.key = key }

    /// 32 fresh random bytes.
    package static func random() -> WebhookSecret {
        var generator = SystemRandomNumberGenerator()
        return WebhookSecret(key: (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// The text form: for the one answer that shows it, and for sealing.
    package var text: String { Self.prefix + Base64.encode(key) }

    /// Never the secret: it may end up in a log.
    package var description: String { "whsec_***" }

    fileprivate var symmetricKey: SymmetricKey { SymmetricKey(data: key) }
}

/// A message signed as the Standard Webhooks specification says: HMAC-SHA256 over `id.timestamp.body`.
package struct StandardWebhook: Sendable {
    /// Stable over tries, so that a receiver can drop a repeat.
    package let id: String
    /// Seconds since 1970 of this try.
    package let timestamp: Int64
    package let body: [UInt8]

    package init(id: String, timestamp: Int64, body: [UInt8]) {
        self.id = id
        self.timestamp = timestamp
        self.body = body
    }

    /// The three headers, and the type of the body.
    package func headers(secret: WebhookSecret) -> [(name: String, value: String)] {
        [
            ("Content-Type", "application/json"), ("webhook-id", id), ("webhook-timestamp", String(timestamp)),
            ("webhook-signature", "v1," + signature(secret)),
        ]
    }

    private func signature(_ secret: WebhookSecret) -> String {
        let signed = Array("\(id).\(timestamp).".utf8) + body
        return Base64.encode(HMAC<SHA256>.authenticationCode(for: signed, using: secret.symmetricKey))
    }

    /// The request that carries it: no redirects, a small reply, short times.
    package func request(to url: String, secret: WebhookSecret, policy: AddressPolicy) -> HTTPRequest {
        HTTPRequest(
            method: "POST", url: url, headers: headers(secret: secret) + [("User-Agent", "Assay-Webhooks/1")],
            body: .bytes(body), connectTimeoutMs: 3_000, totalTimeoutMs: 7_000, replyCapBytes: 4_096, policy: policy)
    }
}

extension HTTPReply {
    /// A word for a refusal, kept with the delivery; nil for 2xx.
    package var webhookRefusal: String? { (200..<300).contains(status) ? nil : "http\(status)" }

    /// 410 Gone: the receiver asks never to be called again.
    package var isGone: Bool { status == 410 }
}

extension StandardWebhook {
    /// What is wrong with an address to deliver to; nil when nothing is. Where it leads is decided at each connection.
    package static func addressFault(_ url: String) -> String? {
        let lower = url.lowercased()
        let scheme = ["https://", "http://"].first { lower.hasPrefix($0) }
        guard let scheme else { return "must begin with https:// or http://" }
        guard url.utf8.count <= 2_000 else { return "must be at most 2000 bytes" }
        guard url.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return "must be printable ASCII without spaces" }
        let authority = lower.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.isEmpty, authority.first != ":" else { return "must name a host" }
        return authority.contains("@") ? "must not hold a user or password" : nil
    }
}
