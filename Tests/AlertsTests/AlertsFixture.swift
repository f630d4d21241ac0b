import Deliveries
import Domain
import MariaDB
import Support
import Transfer

@testable import Alerts

/// A database with two projects, a fixed clock, and the ways to fill and read it.
struct AlertsFixture {
    let database: TestDatabase
    let pool: Pool
    let noon = Timestamp("2026-11-21T12:00:00Z") ?? Timestamp(milliseconds: 0)
    let project: ID<Project>
    let stranger: ID<Project>
    let alice: AlertActor
    let rules: AlertRules
    let channels: Channels
    let book: RaisedAlerts
    let log: Notifications

    init() throws {
        database = try TestDatabase.fresh()
        pool = database.pool(at: noon, size: 6)
        let feed = FeedWriter(pool)
        project = try feed.project("demo")
        stranger = try feed.project("other")
        alice = AlertActor(id: UUIDv7(at: noon), name: "Alice Ångström")
        rules = AlertRules(pool: pool)
        channels = Channels(pool: pool, sealing: .forTests)
        book = RaisedAlerts(pool: pool)
        log = Notifications(pool: pool)
    }

    func draft(channels: [ID<Channel>] = [], name: String = "Nightly health") -> RuleDraft {
        RuleDraft(
            name: name, suite: "nightly", threshold: 0.8, windowRuns: 5, minimumSamples: 3, severity: "critical",
            channels: channels)
    }

    @discardableResult
    func makeRule(channels: [ID<Channel>] = [], _ change: (inout RuleDraft) -> Void = { _ in }) throws -> RuleRecord {
        var draft = draft(channels: channels)
        change(&draft)
        return try pool.transaction { try rules.create(draft, project: project, in: $0) }
    }

    func makeWebhook(_ url: String, name: String = "Hook", secret: String? = nil) throws -> SavedChannel {
        let draft = ChannelDraft(name: name, kind: "webhook", settings: ["webhook": .webhook(url, secret)])
        return try pool.transaction { try channels.create(draft, project: project, in: $0) }
    }

    func makeMail(_ to: [String], name: String = "Mail") throws -> SavedChannel {
        let draft = ChannelDraft(name: name, kind: "email", settings: ["email": .email(to)])
        return try pool.transaction { try channels.create(draft, project: project, in: $0) }
    }

    /// Results as the fold leaves them: its newest outcomes, in feed order.
    func outcomes(
        _ statuses: [String], suite: String = "nightly", kind: String = "suite", project: ID<Project>? = nil,
        number: Int? = nil
    ) throws {
        let execution = UUIDv7(at: noon)
        let owner = project ?? self.project
        try pool.transaction { tx in
            if let number {
                _ = try tx.execute(
                    """
                    INSERT INTO executions (id, project_id, project_key, number, kind, root_id, name, status, \
                    created_at, finished_at) VALUES (\(execution), \(owner), 'demo', \(number), 'suite', \
                    \(execution), \(suite), 'failed', \(noon), \(noon))
                    """)
            }
            for status in statuses {
                let head = try tx.first("SELECT COALESCE(MAX(pos), 0) AS head FROM recent_outcomes")?.int("head") ?? 0
                _ = try tx.execute(
                    """
                    INSERT INTO recent_outcomes (definition_id, pos, execution_id, project_id, kind, definition_key, \
                    environment, status, finished_at) VALUES (\(UUIDv7(at: noon)), \(head + 1), \(execution), \
                    \(owner), \(kind), \(suite), '', \(status), \(noon))
                    """)
            }
        }
    }

    @discardableResult
    func evaluate() throws -> EvaluationResult { try EvaluateRules(pool: pool).runOnce { _ in } }

    /// An open alert of a fresh rule.
    func openAlert(channels: [ID<Channel>] = [], number: Int? = nil) throws -> AlertRecord {
        try makeRule(channels: channels)
        try outcomes(["failed", "failed", "failed"], number: number)
        try evaluate()
        guard let alert = try book.active(project: project).first else { throw AlertsError.notFound }
        return alert
    }

    func outbound(mail: MailRoute? = nil) -> Outbound {
        Outbound(
            policy: .publicAnd([AddressRange("127.0.0.1")].compactMap(\.self)), mail: mail,
            publicURL: "https://assay.example/")
    }

    /// One pass of the sender, `afterMs` after noon.
    func deliver(
        afterMs: Int64 = 0, mail: MailRoute? = nil, outbound: Outbound? = nil, sealing: Sealing = .forTests
    ) throws -> DeliveryResult {
        try queue(afterMs: afterMs, outbound: outbound ?? self.outbound(mail: mail), sealing: sealing).runOnce { _ in }
    }

    func queue(
        afterMs: Int64 = 0, outbound: Outbound? = nil, sealing: Sealing = .forTests
    ) -> DeliveryQueue {
        let pool = database.pool(at: noon.adding(ms: afterMs))
        let courier = ChannelCourier(pool: pool, sealing: sealing, outbound: outbound ?? self.outbound())
        return DeliveryQueue(
            pool: pool, couriers: [courier],
            backoff: Backoff(baseMs: 5_000, factor: 4, capMs: 7_200_000, maximumTries: 8, jitterPercent: 0),
            clock: { 0 })
    }

    func notifications() throws -> [NotificationRecord] { try log.list(project: project, limit: 100) }

    /// Types of the facts written so far, oldest first, with their bodies.
    func facts() throws -> [(type: String, body: JSONValue)] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT e.type, e.body FROM outbox o JOIN events e ON e.stream_id = o.stream_id \
                AND e.seq BETWEEN o.seq_from AND o.seq_to WHERE o.project_id = e.project_id ORDER BY o.id
                """
            ).map { (try $0.text("type"), try $0.json("body")) }
        }
    }
}

extension JSONValue {
    static func webhook(_ url: String, _ secret: String? = nil) -> JSONValue {
        ["url": .string(url), "secret": secret.map(JSONValue.string) ?? .null]
    }

    static func email(_ to: [String]) -> JSONValue { ["to": .array(to.map(JSONValue.string))] }
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
