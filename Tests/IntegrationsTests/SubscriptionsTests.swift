import Deliveries
import Domain
import Feed
import MariaDB
import Support
import Synchronization
import Testing
import Transfer

@testable import Integrations

@Suite struct SubscriptionsTests {
    @Test func `a subscription is made, changed and removed; its secret is shown once`() throws {
        let fixture = try IntegrationsFixture()
        let saved = try fixture.subscribe("https://example.org/t0ken")
        let id = saved.record.id
        let secret = try #require(saved.newSecret)
        #expect(WebhookSecret(secret) != nil)
        #expect(saved.record.url == "https://example.org/t0ken")
        #expect(saved.record.events == ["execution.finished"])
        let stored = try fixture.pool.read { try $0.first("SELECT target FROM subscriptions")?.bytes("target") } ?? []
        #expect(!String(decoding: stored, as: UTF8.self).contains("t0ken"))
        _ = try fixture.pool.transaction { tx in
            try tx.execute("UPDATE subscriptions SET disabled_at = \(tx.now), disabled_reason = 'x', failures = 3")
        }
        let changed = try fixture.pool.transaction { tx in
            try fixture.subscriptions.update(
                id,
                SubscriptionDraft(
                    name: "Moved", url: "https://example.net/", events: ["alert.opened"],
                    filter: SubscriptionFilter(suite: "nightly", statuses: ["failed"])),
                project: fixture.project, in: tx)
        }
        #expect(changed.newSecret == nil)
        #expect(changed.record.disabledAt == nil)
        #expect(changed.record.filter == SubscriptionFilter(suite: "nightly", statuses: ["failed"]))
        #expect(try fixture.subscriptions.get(id, project: fixture.project) == changed.record)
        #expect(try fixture.subscriptions.list(project: fixture.project, limit: 5) == [changed.record])
        #expect(try fixture.subscriptions.list(project: fixture.project, before: id, limit: 5).isEmpty)
        try fixture.pool.transaction { try fixture.subscriptions.delete(id, project: fixture.project, in: $0) }
        #expect(throws: IntegrationsError.notFound) { try fixture.subscriptions.get(id, project: fixture.project) }
        let given = try fixture.subscribe("https://example.org/") { $0.secret = secret }
        #expect(given.newSecret == nil)
    }

    @Test func `every fault is named and nothing is kept`() throws {
        let fixture = try IntegrationsFixture()
        let draft = SubscriptionDraft(
            name: " \u{0}", url: "gopher://x", events: ["execution.started", "alert.opened", "alert.opened"],
            filter: SubscriptionFilter(suite: "A", statuses: ["running", "passed", "green"]), secret: "whsec_x")
        #expect(
            draft.faults.map(\.pointer) == [
                "/name", "/url", "/events/0", "/events", "/filter/suite", "/filter/status", "/filter/status", "/secret",
            ])
        #expect(SubscriptionDraft(name: "a", url: "https://e.example", events: []).faults.map(\.pointer) == ["/events"])
        #expect(throws: IntegrationsError.invalid(draft.faults)) {
            try fixture.pool.transaction {
                try fixture.subscriptions.create(draft, project: fixture.project, in: $0)
            }
        }
    }

    @Test func `another project sees and changes nothing, and a name is used once`() throws {
        let fixture = try IntegrationsFixture()
        let record = try fixture.subscribe("https://example.org/").record
        let draft = SubscriptionDraft(name: "Chat", url: "https://evil.example/")
        for body in [
            { tx in _ = try fixture.subscriptions.update(record.id, draft, project: fixture.stranger, in: tx) },
            { tx in try fixture.subscriptions.delete(record.id, project: fixture.stranger, in: tx) },
        ] as [(Transaction) throws -> Void] {
            #expect(throws: IntegrationsError.notFound) { try fixture.pool.transaction(body) }
        }
        #expect(throws: IntegrationsError.notFound) {
            try fixture.subscriptions.get(record.id, project: fixture.stranger)
        }
        #expect(try fixture.subscriptions.list(project: fixture.stranger, limit: 5).isEmpty)
        #expect(try fixture.subscriptions.project(of: record.id) == fixture.project)
        #expect(throws: IntegrationsError.notFound) { try fixture.subscriptions.project(of: ID(at: fixture.noon)) }
        #expect(throws: IntegrationsError.nameTaken) { try fixture.subscribe("https://example.org/") }
        let other = try fixture.subscribe("https://example.org/") { $0.name = "Other" }.record
        #expect(throws: IntegrationsError.nameTaken) {
            try fixture.pool.transaction {
                try fixture.subscriptions.update(other.id, draft, project: fixture.project, in: $0)
            }
        }
    }
}

@Suite struct QueueDeliveriesTests {
    @Test func `the final end of a root run is queued once for each subscriber`() throws {
        let fixture = try IntegrationsFixture()
        let chat = try fixture.subscribe("https://example.org/").record
        let board = try fixture.subscribe("https://example.org/") { $0.name = "Board" }.record
        var run = fixture.run("failed")
        run.isRetried = true
        run.number = 12
        let id = try fixture.feed.finish(run)
        #expect(try fixture.queue().deliveries == 2)
        #expect(try fixture.queue() == QueueDeliveries.Pass())
        let delivery = try #require(try fixture.log(chat).first)
        #expect(try fixture.log(board).count == 1)
        #expect(delivery.event == "execution.finished")
        #expect(delivery.state == .pending)
        #expect(delivery.body["type"] == "execution.finished")
        #expect(delivery.body["timestamp"] == "2026-11-21T12:00:00.000Z")
        let data = try #require(delivery.body["data"])
        #expect(data["execution"] == .string(id.description))
        #expect(data["project"] == "demo")
        #expect(data["number"] == 12)
        #expect(data["kind"] == "suite")
        #expect(data["key"] == "nightly")
        #expect(data["status"] == "failed")
        #expect(data["durationMs"] == 1_000)
        #expect(data.value(at: "/revision/branch") == "main")
        #expect(data["link"] == "https://assay.example/p/demo/runs/12")
    }

    @Test func `an event or a subscription that cannot be read is stepped over and the others are queued`() throws {
        let fixture = try IntegrationsFixture()
        let good = try fixture.subscribe("https://example.org/").record
        let broken = try fixture.subscribe("https://example.org/") { $0.name = "Broken" }.record
        let connection = try fixture.database.connection()
        for column in ["events MODIFY body", "subscriptions MODIFY filter"] {
            try connection.executeRaw("ALTER TABLE \(column) LONGTEXT NOT NULL")
        }
        try connection.executeRaw("UPDATE subscriptions SET filter = '{' WHERE name = 'Broken'")
        let first = try fixture.feed.store(fixture.run("failed"))
        try connection.executeRaw("UPDATE events SET body = '{'")
        _ = try fixture.feed.store(fixture.run("failed"))
        try fixture.feed.sequence()
        let notes = Mutex<[String]>([])
        var queue = QueueDeliveries(pool: fixture.pool, publicURL: "https://assay.example/") { position, _ in
            notes.withLock { $0.append(position) }
        }
        let pass = try queue.runOnce(monotonicMs: 0) { _ in }
        #expect(pass.deliveries == 1 && pass.feed.setAside == 1)
        #expect(try fixture.log(good).count == 1 && fixture.log(broken).isEmpty)
        #expect(Set(notes.withLock { $0 }) == ["subscription \(broken.id)"])
        let aside = try fixture.pool.read {
            try $0.query("SELECT detail FROM set_aside WHERE loop_name = 'subscriptions'")
        }
        #expect(try aside.map { try $0.json("detail")["stream"] } == [.string(first.description)])
        let again = try queue.runOnce(monotonicMs: 0) { _ in }
        #expect(again == QueueDeliveries.Pass())
    }

    @Test func `children, other projects, older events, disabled subscribers and filters are left out`() throws {
        let fixture = try IntegrationsFixture()
        let root = try fixture.feed.finish(fixture.run())
        _ = try fixture.queue()
        let only = try fixture.subscribe("https://example.org/") {
            $0.filter = SubscriptionFilter(suite: "nightly", statuses: ["failed", "timeout"])
        }.record
        let all = try fixture.subscribe("https://example.org/") { $0.name = "All" }.record
        let off = try fixture.subscribe("https://example.org/") { $0.name = "Off" }.record
        _ = try fixture.pool.transaction { tx in
            try tx.execute(
                """
                UPDATE subscriptions SET disabled_at = \(tx.now), disabled_reason = 'x' WHERE id = \(off.id)
                """)
        }
        var child = fixture.run("failed")
        child.parent = root
        try fixture.feed.finish(child)
        var foreign = fixture.run("failed")
        foreign.project = fixture.stranger
        try fixture.feed.finish(foreign)
        var earlier = fixture.run("failed")
        earlier.finishedAt = fixture.noon.adding(ms: -1)
        try fixture.feed.finish(earlier)
        var smoke = fixture.run("failed")
        smoke.key = "smoke"
        try fixture.feed.finish(smoke)
        var testCase = fixture.run("failed")
        testCase.kind = "case"
        try fixture.feed.finish(testCase)
        try fixture.feed.finish(fixture.run("passed"))
        try fixture.feed.finish(fixture.run("timeout"))
        #expect(try fixture.queue().feed.folded == 6, "the end of a child is not looked at")
        #expect(try fixture.log(only).map { $0.body.value(at: "/data/status") } == ["timeout"])
        #expect(try fixture.log(all).count == 4)
        #expect(try fixture.log(off).isEmpty)
        #expect(try fixture.subscriptions.deliveries(of: all.id, project: fixture.stranger, limit: 5).isEmpty)
        let newest = try #require(try fixture.log(all).first)
        #expect(
            try fixture.subscriptions.deliveries(
                of: all.id, project: fixture.project, before: newest.id, limit: 2
            ).count == 2)
    }

    @Test func `alert facts can be subscribed to`() throws {
        let fixture = try IntegrationsFixture()
        let record = try fixture.subscribe("https://example.org/") {
            $0.events = ["alert.opened"]
            $0.filter = SubscriptionFilter(suite: "nightly", statuses: ["failed"])
        }.record
        try fixture.pool.transaction { tx in
            for suite in ["nightly", "smoke"] {
                let stream = UUIDv7(at: tx.now)
                let body: JSONValue = ["alert": "x", "suite": .string(suite), "project": "demo"]
                try tx.execute(
                    """
                    INSERT INTO events (stream_id, seq, project_id, type, at, body) \
                    VALUES (\(stream), 1, \(fixture.project), 'alert.opened', \(tx.now), \(body))
                    """)
                try tx.execute(
                    """
                    INSERT INTO outbox (project_id, stream_id, seq_from, seq_to) \
                    VALUES (\(fixture.project), \(stream), 1, 1)
                    """)
            }
        }
        try fixture.feed.sequence()
        #expect(try fixture.queue().deliveries == 1)
        #expect(try fixture.log(record).first?.body.value(at: "/data/suite") == "nightly")
    }

    @Test func `without the leadership nothing is queued, and a cursor set back repeats nothing`() throws {
        let fixture = try IntegrationsFixture()
        let record = try fixture.subscribe("https://example.org/").record
        try fixture.feed.finish(fixture.run())
        var loop = QueueDeliveries(pool: fixture.pool, publicURL: "")
        #expect(throws: LeadershipLost.self) {
            try loop.runOnce(monotonicMs: 0) { _ in throw LeadershipLost(name: "deliveries") }
        }
        #expect(try fixture.log(record).isEmpty)
        #expect(try loop.runOnce(monotonicMs: 0) { _ in }.deliveries == 1)
        _ = try fixture.pool.transaction {
            try $0.execute("UPDATE feed_cursors SET pos = 0 WHERE name = 'subscriptions'")
        }
        loop.reset()
        _ = try loop.runOnce(monotonicMs: 0) { _ in }
        #expect(try fixture.log(record).count == 1)
    }
}
