import Daemon
@testable import Deliveries
import Domain
import MariaDB
import Support
import Synchronization
import Testing
import Transfer

/// A database with two projects and a queue whose receivers are plain addresses.
struct DeliveriesFixture {
    let database: TestDatabase
    let pool: Pool
    let noon = Timestamp("2026-11-21T12:00:00Z") ?? Timestamp(milliseconds: 0)
    let alice: ID<Project>
    let bob: ID<Project>
    let courier = AddressCourier()
    let notes = Notes()

    init() throws {
        database = try TestDatabase.fresh()
        pool = database.pool(at: noon, size: 24)
        let feed = FeedWriter(pool)
        alice = try feed.project("alice")
        bob = try feed.project("bob")
    }

    /// `count` messages for one receiver, due at noon.
    @discardableResult
    func add(
        _ count: Int = 1, to url: String, for project: ID<Project>, kind: String = "address", topic: String = "told"
    ) throws -> UUIDv7 {
        let target = UUIDv7(at: noon)
        courier.urls.withLock { $0[target] = url }
        try pool.transaction { tx in
            try tx.bulk(
                """
                INSERT INTO deliveries (id, project_id, kind, target_id, subject_id, topic, body, state, due_at, \
                created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)
                """,
                rows: (0..<count).map { _ in
                    [
                        UUIDv7(at: noon).sqlValue, project.sqlValue, .text(kind), target.sqlValue,
                        UUIDv7(at: noon).sqlValue, .text(topic), .text("{\"n\":1}"), noon.sqlValue, noon.sqlValue,
                    ]
                })
        }
        return target
    }

    func queue(limits: DeliveryLimits = DeliveryLimits(), clock: @escaping @Sendable () -> Int64 = { 0 })
        -> DeliveryQueue
    {
        let notes = notes
        return DeliveryQueue(
            pool: pool, couriers: [courier],
            backoff: Backoff(baseMs: 60_000, factor: 2, capMs: 600_000, maximumTries: 3, jitterPercent: 0),
            limits: limits, clock: clock, note: { position, _ in notes.positions.withLock { $0.append(position) } })
    }

    func crew(senders: Int = 16, limits: DeliveryLimits = DeliveryLimits()) -> DeliveryCrew {
        DeliveryCrew(queue(limits: limits), senders: senders, log: Log(role: "test"))
    }

    func states(of target: UUIDv7) throws -> [String] {
        try pool.read { try $0.query("SELECT state FROM deliveries WHERE target_id = \(target) ORDER BY id") }.map {
            try $0.text("state")
        }
    }
}

/// What a queue said about rows that it could not read.
final class Notes: Sendable {
    let positions = Mutex<[String]>([])
}

/// Posts to the address that a test gave a target; one without an address cannot be read.
final class AddressCourier: Courier {
    struct Unreadable: Error {}

    let kind = "address"
    let urls = Mutex<[UUIDv7: String]>([:])
    private let secret = WebhookSecret.random()

    func receiver(of target: UUIDv7, topic: String, in connection: Connection) throws -> Receiver {
        let url = urls.withLock { $0[target] } ?? ""
        if url == "poison" { throw Unreadable() }
        return Receiver(
            host: StandardWebhook.host(of: url),
            refusal: url == "refused" ? Receiver.Refusal(reason: "refused", detail: "No.") : nil)
    }

    func send(_ delivery: Delivery, body: String?) throws -> DeliveryOutcome {
        let url = urls.withLock { $0[delivery.target] } ?? ""
        if url == "unwritable" { throw Unreadable() }
        var outcome = StandardWebhook.post(
            Array((body ?? "").utf8), of: delivery, to: url, secret: secret, policy: .anyAddress)
        if url.hasSuffix("/long") { outcome.detail = String(repeating: "\r\n", count: 300) }
        return outcome
    }

    func settle(_ outcome: DeliveryOutcome, of delivery: Delivery, gaveUp: Bool, in tx: Transaction) throws -> Bool {
        false
    }
}
