import Crypto
import Deliveries
import Domain
import MariaDB
import Support
import Transfer

@testable import Integrations

/// A database with two projects, a fixed clock, and the ways to fill and read it.
struct IntegrationsFixture {
    let database: TestDatabase
    let pool: Pool
    let feed: FeedWriter
    let noon = Timestamp("2026-11-21T12:00:00Z") ?? Timestamp(milliseconds: 0)
    let project: ID<Project>
    let stranger: ID<Project>
    let triggers: Triggers
    let subscriptions: Subscriptions

    init() throws {
        database = try TestDatabase.fresh()
        pool = database.pool(at: noon, size: 6)
        feed = FeedWriter(pool)
        project = try feed.project("demo")
        stranger = try feed.project("other")
        triggers = Triggers(pool: pool, sealing: .forTests)
        subscriptions = Subscriptions(pool: pool, sealing: .forTests)
    }

    // MARK: Triggers

    static let secret = "a-secret-of-sixteen-or-more"

    func makeTrigger(_ change: (inout TriggerDraft) -> Void = { _ in }) throws -> SavedTrigger {
        var draft = TriggerDraft(
            name: "GitHub", secret: Self.secret, branch: "main", suite: "nightly", parameters: ["level": "high"],
            environment: "staging")
        change(&draft)
        return try pool.transaction { try triggers.create(draft, project: project, in: $0) }
    }

    /// A delivery as GitHub would send it.
    func receive(
        _ trigger: TriggerRecord, _ body: JSONValue, event: String = "push", delivery: String = "d-1",
        secret: String = secret, change: (inout [String: String]) -> Void = { _ in }
    ) throws -> HookOutcome {
        try receive(
            trigger, bytes: Array(body.text.utf8), event: event, delivery: delivery, secret: secret, change: change)
    }

    func receive(
        _ trigger: TriggerRecord, bytes: [UInt8], event: String = "push", delivery: String = "d-1",
        secret: String = secret, change: (inout [String: String]) -> Void = { _ in }
    ) throws -> HookOutcome {
        let code = HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: Array(secret.utf8)))
        let hex = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        var headers = [
            "x-github-event": event, "x-github-delivery": delivery, "x-hub-signature-256": "sha256=\(hex)",
        ]
        change(&headers)
        return try ReceiveHook(pool: pool, sealing: .forTests).receive(
            key: trigger.key, header: { headers[$0.lowercased()] }, body: bytes, remote: "192.0.2.7")
    }

    static func push(_ branch: String = "main", message: String = "Fix login\n\nLong story") -> JSONValue {
        [
            "ref": .string("refs/heads/\(branch)"), "after": "0123456789abcdef0123456789abcdef01234567",
            "deleted": false,
            "head_commit": ["message": .string(message), "url": "https://github.example/c/1"],
        ]
    }

    func deliveries(_ trigger: TriggerRecord) throws -> [TriggerDeliveryRecord] {
        try TriggerDeliveries(pool: pool).list(of: trigger.id, project: project, limit: 50)
    }

    // MARK: Subscriptions

    func subscribe(_ url: String, _ change: (inout SubscriptionDraft) -> Void = { _ in }) throws -> SavedSubscription {
        var draft = SubscriptionDraft(name: "Chat", url: url)
        change(&draft)
        return try pool.transaction { try subscriptions.create(draft, project: project, in: $0) }
    }

    func run(_ status: String = "passed") -> FeedWriter.Run {
        var run = FeedWriter.Run(project: project, definition: UUIDv7(at: noon), finishedAt: noon)
        run.status = status
        return run
    }

    @discardableResult
    func queue() throws -> QueueDeliveries.Pass {
        var queue = QueueDeliveries(pool: pool, publicURL: "https://assay.example/")
        return try queue.runOnce(monotonicMs: 0) { _ in }
    }

    /// One pass of the sender, `afterMs` after noon.
    func deliver(
        afterMs: Int64 = 0, policy: AddressPolicy? = nil, sealing: Sealing = .forTests,
        disableAfter: DisableAfter = .standard
    ) throws -> DeliveryResult {
        try sender(afterMs: afterMs, policy: policy, sealing: sealing, disableAfter: disableAfter).runOnce { _ in }
    }

    func sender(
        afterMs: Int64 = 0, policy: AddressPolicy? = nil, sealing: Sealing = .forTests,
        disableAfter: DisableAfter = .standard
    ) -> DeliveryQueue {
        let pool = database.pool(at: noon.adding(ms: afterMs))
        let courier = SubscriptionCourier(
            pool: pool, sealing: sealing, policy: policy ?? .publicAnd([AddressRange("127.0.0.1")].compactMap(\.self)),
            disableAfter: disableAfter)
        return DeliveryQueue(
            pool: pool, couriers: [courier],
            backoff: Backoff(baseMs: 5_000, factor: 4, capMs: 7_200_000, maximumTries: 8, jitterPercent: 0),
            clock: { 0 })
    }

    func log(_ subscription: SubscriptionRecord) throws -> [DeliveryRecord] {
        try subscriptions.deliveries(of: subscription.id, project: project, limit: 50)
    }
}

extension Sealing {
    /// Unreadable enough to look for plain text in the database, and bound to its place.
    static let forTests = Sealing(
        seal: { plain, context in Array("\(context)|".utf8) + plain.map { $0 ^ 0xa5 } },
        open: { sealed, context in
            let head = Array("\(context)|".utf8)
            guard sealed.starts(with: head) else { throw WrongPlace() }
            return sealed.dropFirst(head.count).map { $0 ^ 0xa5 }
        })

    struct WrongPlace: Error {}
}
