import Alerts
import Daemon
import Deliveries
import Domain
import Feed
import Identity
import Integrations
import MariaDB
import Synchronization
import Transfer

/// What goes out: notifications of alerts, events to subscribers; one queue and its senders for all of them.
struct DeliveryLoops {
    let led: LedLoops
    private let crew: DeliveryCrew
    private let note: FaultNote

    init(led: LedLoops) throws {
        self.led = led
        let parts = led.parts
        let sealing = try Sealing(Seal(parts.keys()))
        let outbound = Outbound(
            policy: try parts.config.outside.addressPolicy(), mail: try parts.config.outside.mailRoute(),
            publicURL: parts.config.url)
        note = led.note("deliveries")
        let queue = DeliveryQueue(
            pool: parts.pool,
            couriers: [
                ChannelCourier(pool: parts.pool, sealing: sealing, outbound: outbound),
                SubscriptionCourier(pool: parts.pool, sealing: sealing, policy: outbound.policy),
            ], clock: SystemClock.monotonicMs, note: note)
        crew = DeliveryCrew(queue, log: parts.log)
    }

    func all() throws -> [Loop] {
        let queue = Mutex(QueueDeliveries(pool: led.parts.pool, publicURL: led.parts.config.url, note: note))
        let doorbell = led.doorbell
        let crew = crew
        return [
            try led.make("subscriptions", leadership: "deliveries", bell: .subscriptions, gapMs: 50) { lease in
                let pass = try queue.withLock {
                    try $0.runOnce(monotonicMs: SystemClock.monotonicMs(), touch: lease.touch)
                }
                if pass.deliveries > 0 { doorbell.ring(.deliveries) }
                return pass.feed.mayBeMore ? .more : .idle
            },
            try led.make("deliveries", leadership: "deliveries", bell: .deliveries) { lease in
                try crew.runOnce(touch: lease.touch) ? .more : .idle
            },
        ]
    }

    /// Waits for what is under way; call after the loops have ended.
    func drain() { crew.drain() }
}

extension Sealing {
    /// The features' view of the master key.
    init(_ seal: Seal) {
        self.init(
            seal: { try seal.seal($0, context: $1) },
            open: { try seal.open($0, context: $1) })
    }
}

extension OutsideSettings {
    /// Server roles reach the public internet and what the administrator has allowed.
    func addressPolicy() throws -> AddressPolicy {
        .publicAnd(
            try allowedPrivateAddresses.map { text in
                guard let range = AddressRange(text) else {
                    throw UpError("ASSAY_ALLOW_PRIVATE_ADDRESSES: '\(text)' is no network such as 10.0.0.0/8")
                }
                return range
            })
    }

    /// Nil when no mail server is set.
    func mailRoute() throws -> MailRoute? {
        guard let smtpURL else { return nil }
        guard let server = SMTPServer(url: smtpURL) else {
            throw UpError("ASSAY_SMTP_URL is no address such as smtp://user:password@mail.example.org:587")
        }
        return MailRoute(server: server, from: mailFrom)
    }
}

extension SMTPServer {
    /// `smtps://` is TLS from the first byte; `smtp://` upgrades with STARTTLS on port 587 and is plain elsewhere.
    init?(url: String) {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let kind = url[..<scheme.lowerBound]
        guard kind == "smtp" || kind == "smtps" else { return nil }
        var rest = url[scheme.upperBound...]
        var login: [String] = []
        if let at = rest.lastIndex(of: "@") {
            login = rest[..<at].split(separator: ":", maxSplits: 1).map(String.init)
            rest = rest[rest.index(after: at)...]
        }
        let parts = rest.prefix { $0 != "/" }.split(separator: ":", maxSplits: 1)
        guard let host = parts.first, !host.isEmpty else { return nil }
        let standard = kind == "smtps" ? 465 : 587
        guard let port = parts.count > 1 ? Int(parts[1]) : standard, (1...65_535).contains(port) else { return nil }
        self.init(
            host: String(host), port: port, protection: kind == "smtps" ? .tls : port == 587 ? .startTLS : .none,
            user: login.first, password: login.count > 1 ? login[1] : nil)
    }
}
