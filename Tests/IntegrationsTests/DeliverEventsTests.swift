@testable import Deliveries
import Doubles
import Domain
import MariaDB
import Support
import Testing
import Transfer

@testable import Integrations

@Suite struct DeliverEventsTests {
    private struct LostLeadership: Error {}

    /// A subscription with one queued delivery.
    private func queued(
        _ fixture: IntegrationsFixture, _ url: String, secret: WebhookSecret = .random()
    ) throws -> SubscriptionRecord {
        let record = try fixture.subscribe(url) { $0.secret = secret.text }.record
        try fixture.feed.finish(fixture.run("failed"))
        try fixture.queue()
        return record
    }

    @Test func `a receiver gets the event with a Standard Webhooks signature`() throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.text(200, "thanks")])
        let secret = WebhookSecret.random()
        let record = try queued(fixture, server.url + "/in", secret: secret)
        #expect(try fixture.deliver() == DeliveryResult(delivered: 1, mayBeMore: true))
        #expect(try fixture.deliver() == DeliveryResult())
        let delivery = try #require(try fixture.log(record).first)
        let request = try #require(server.requests.first)
        #expect(request.path == "/in")
        let expected = StandardWebhook(
            id: delivery.id.description, timestamp: fixture.noon.milliseconds / 1000, body: request.body)
        for header in expected.headers(secret: secret) { #expect(request.header(header.name) == header.value) }
        #expect(try JSONParser.parse(request.body) == delivery.body)
        #expect(delivery.state == .delivered)
        #expect(delivery.finishedAt == fixture.noon)
        let attempt = try #require(delivery.attempts.first)
        #expect(attempt.number == 1)
        #expect(attempt.status == 200)
        #expect(attempt.reason == nil)
        #expect(attempt.reply == "thanks")
        #expect(attempt.at == fixture.noon)
    }

    @Test func `a failing receiver is tried eight times and every try is on record`() throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.text(500, String(repeating: "é", count: 600)), .cut, .reply(302)])
        let record = try queued(fixture, server.url)
        var atMs: Int64 = 0
        for wait in [5, 20, 80, 320, 1_280, 5_120, 7_200] as [Int64] {
            #expect(try fixture.deliver(afterMs: atMs) == DeliveryResult(retried: 1, mayBeMore: true))
            #expect(try fixture.log(record).first?.dueAt == fixture.noon.adding(ms: atMs + wait * 1000))
            atMs += wait * 1000
        }
        #expect(try fixture.deliver(afterMs: atMs) == DeliveryResult(gaveUp: 1, mayBeMore: true))
        let delivery = try #require(try fixture.log(record).first)
        #expect(delivery.state == .gaveUp)
        #expect(delivery.reason == "http302")
        #expect(delivery.attempts.map(\.number) == Array(1...8))
        #expect(delivery.attempts.first?.reply?.count == 500)
        #expect(delivery.attempts.first?.reason == "http500")
        #expect(delivery.attempts.dropFirst().first?.status == nil)
        #expect(try fixture.subscriptions.get(record.id, project: fixture.project).failingSince == fixture.noon)
    }

    @Test(arguments: ["\r\n", "👩‍👩‍👧‍👦", "क्षि"])
    func `a reply longer than its column is cut as the column counts`(character: String) throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.text(200, String(repeating: character, count: 600))])
        let record = try queued(fixture, server.url)
        #expect(try fixture.deliver().delivered == 1)
        #expect(try fixture.log(record).first?.attempts.first?.reply?.unicodeScalars.count == 500)
        #expect(server.requests.count == 1)
    }

    @Test func `a success forgets the failures before it`() throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.reply(500), .reply(200)])
        let record = try queued(fixture, server.url)
        #expect(try fixture.deliver().retried == 1)
        #expect(try fixture.deliver(afterMs: 5_000).delivered == 1)
        #expect(try fixture.subscriptions.get(record.id, project: fixture.project).failingSince == nil)
    }

    @Test func `a receiver may ask for more time`() throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.reply(429, [("Retry-After", "60")])])
        let record = try queued(fixture, server.url)
        #expect(try fixture.deliver().retried == 1)
        #expect(try fixture.log(record).first?.dueAt == fixture.noon.adding(ms: 60_000))
    }

    @Test func `a receiver that failed for long enough is disabled, and what waits is given up`() throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.reply(500)])
        let record = try queued(fixture, server.url)
        let rule = DisableAfter(failures: 3, forMs: 20_000)
        #expect(try fixture.deliver(disableAfter: rule).receiversDisabled == 0)
        #expect(try fixture.deliver(afterMs: 5_000, disableAfter: rule).receiversDisabled == 0)
        #expect(try fixture.deliver(afterMs: 25_000, disableAfter: rule).receiversDisabled == 1)
        let disabled = try fixture.subscriptions.get(record.id, project: fixture.project)
        #expect(disabled.disabledReason == "http500")
        #expect(try fixture.deliver(afterMs: 105_000) == DeliveryResult(gaveUp: 1, mayBeMore: true))
        #expect(try fixture.log(record).first?.reason == "subscriptionDisabled")
    }

    @Test func `gone and forbidden addresses disable at once`() throws {
        for isGone in [true, false] {
            let fixture = try IntegrationsFixture()
            let server = try HTTPServerDouble(script: [.reply(410)])
            let record = try queued(fixture, server.url)
            let result = try fixture.deliver(policy: isGone ? nil : .publicOnly)
            #expect(result == DeliveryResult(gaveUp: 1, receiversDisabled: 1, mayBeMore: true))
            let reason = try fixture.subscriptions.get(record.id, project: fixture.project).disabledReason
            #expect(reason == (isGone ? "http410" : "addressRefused"))
            #expect(server.requests.count == (isGone ? 1 : 0))
        }
    }

    @Test func `a delivery whose sender died is sent again with the same id, but not for ever`() throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.reply(200)])
        let record = try queued(fixture, server.url)
        let claimed = try #require(try fixture.sender().claim(room: 1) { _ in }.taken.first)
        #expect(try fixture.log(record).map(\.state) == [.sending])
        #expect(try fixture.deliver(afterMs: ClaimDue.sendingMs - 1) == DeliveryResult())
        #expect(try fixture.deliver(afterMs: ClaimDue.sendingMs).delivered == 1)
        #expect(server.requests.first?.header("webhook-id") == claimed.id.description)
        _ = try fixture.pool.transaction { tx in
            try tx.execute(
                """
                UPDATE deliveries SET state = 'sending', tries = 8, finished_at = NULL, \
                due_at = \(fixture.noon)
                """)
        }
        #expect(try fixture.deliver() == DeliveryResult(gaveUp: 1, mayBeMore: true))
        #expect(try fixture.log(record).first?.reason == "interrupted")
    }

    @Test func `what another sender took meanwhile is not recorded twice`() throws {
        for status in [200, 500] {
            let fixture = try IntegrationsFixture()
            let server = try HTTPServerDouble { [pool = fixture.pool] _ in
                _ = try? pool.transaction { try $0.execute("UPDATE deliveries SET tries = tries + 1") }
                return .reply(status)
            }
            let record = try queued(fixture, server.url)
            #expect(try fixture.deliver() == DeliveryResult(mayBeMore: true))
            #expect(try fixture.log(record).first?.attempts.isEmpty == true)
        }
    }

    @Test func `a deleted or unreadable subscription, or a lost leadership`() throws {
        let fixture = try IntegrationsFixture()
        let server = try HTTPServerDouble(script: [.reply(200)])
        let record = try queued(fixture, server.url)
        #expect(throws: LostLeadership.self) { try fixture.sender().runOnce { _ in throw LostLeadership() } }
        let closed = Sealing(seal: { plain, _ in plain }, open: { _, _ in throw Sealing.WrongPlace() })
        #expect(try fixture.deliver(sealing: closed).retried == 1)
        #expect(try fixture.log(record).first?.reason == "subscriptionUnreadable")
        try fixture.pool.transaction { try fixture.subscriptions.delete(record.id, project: fixture.project, in: $0) }
        #expect(try fixture.deliver(afterMs: 5_000).gaveUp == 1)
        #expect(try fixture.log(record).first?.reason == "subscriptionDeleted")
        #expect(server.requests.isEmpty)
    }
}
