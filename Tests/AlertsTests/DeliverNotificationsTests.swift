@testable import Deliveries
import Doubles
import Domain
import MariaDB
import Testing
import Transfer

@testable import Alerts

@Suite struct DeliverNotificationsTests {
    private struct LostLeadership: Error {}

    private func route(_ mail: MailServerDouble) -> MailRoute {
        MailRoute(server: SMTPServer(host: "127.0.0.1", port: mail.port), from: "assay@assay.example")
    }

    @Test func `a webhook gets signed JSON that names alert, rule, project and run`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble(script: [.reply(204)])
        let secret = WebhookSecret.random()
        let channel = try fixture.makeWebhook(server.url + "/hook?x=1", secret: secret.text).record.id
        let alert = try fixture.openAlert(channels: [channel], number: 12)
        #expect(try fixture.deliver() == DeliveryResult(delivered: 1, mayBeMore: true))
        #expect(try fixture.deliver() == DeliveryResult())
        let request = try #require(server.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/hook?x=1")
        let sent = try #require(try fixture.notifications().first)
        #expect(request.header("webhook-id") == sent.id.description)
        let timestamp = fixture.noon.milliseconds / 1000
        let expected = StandardWebhook(id: sent.id.description, timestamp: timestamp, body: request.body)
        for header in expected.headers(secret: secret) { #expect(request.header(header.name) == header.value) }
        let json = try JSONParser.parse(request.body)
        #expect(json["type"] == "alert.opened")
        #expect(json.value(at: "/data/alert/id") == .string(alert.id.description))
        #expect(json.value(at: "/data/rule/name") == "Nightly health")
        #expect(json.value(at: "/data/project") == "demo")
        #expect(json.value(at: "/data/suite") == "nightly")
        #expect(json.value(at: "/data/link") == "https://assay.example/p/demo/runs/12")
        #expect(sent.state == .delivered)
        #expect(sent.tries == 1)
        #expect(sent.finishedAt == fixture.noon)
        #expect(sent.channelName == "Hook")
    }

    @Test func `a mail says it in a sentence with a link`() throws {
        let fixture = try AlertsFixture()
        let server = try MailServerDouble()
        let channel = try fixture.makeMail(["ops@team.example", "qa@team.example"]).record.id
        let alert = try fixture.openAlert(channels: [channel], number: 7)
        #expect(try fixture.deliver(mail: route(server)).delivered == 1)
        let mail = try #require(server.received.first)
        #expect(mail.from == "assay@assay.example")
        #expect(mail.to == ["ops@team.example", "qa@team.example"])
        #expect(mail.text.contains("Subject: [Assay] demo: critical: Nightly health"))
        #expect(mail.text.contains("Date: Sat, 21 Nov 2026 12:00:00 +0000"))
        let part = try #require(mail.text.split(separator: "\n\n", maxSplits: 1).last)
        let body = part.split(separator: "\n").joined()
        let text = String(decoding: Base64.decode(body) ?? [], as: UTF8.self)
        #expect(text.hasPrefix(alert.sentence))
        #expect(text.contains("https://assay.example/p/demo/runs/7"))
    }

    @Test func `a failing receiver is tried again later and later, with the same id, then given up`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble(script: [.reply(503)])
        let channel = try fixture.makeWebhook(server.url).record.id
        _ = try fixture.openAlert(channels: [channel])
        var atMs: Int64 = 0
        for (number, wait) in [5, 20, 80, 320, 1_280, 5_120, 7_200].enumerated() {
            #expect(try fixture.deliver(afterMs: atMs) == DeliveryResult(retried: 1, mayBeMore: true))
            let waiting = try #require(try fixture.notifications().first)
            #expect(waiting.state == .pending)
            #expect(waiting.reason == "http503")
            #expect(waiting.tries == number + 1)
            #expect(waiting.dueAt == fixture.noon.adding(ms: atMs + Int64(wait) * 1000))
            #expect(try fixture.deliver(afterMs: atMs + Int64(wait) * 1000 - 1) == DeliveryResult())
            atMs += Int64(wait) * 1000
        }
        #expect(try fixture.deliver(afterMs: atMs) == DeliveryResult(gaveUp: 1, mayBeMore: true))
        let last = try #require(try fixture.notifications().first)
        #expect(last.state == .gaveUp)
        #expect(last.reason == "http503")
        #expect(last.tries == 8)
        #expect(last.dueAt == nil)
        #expect(Set(server.requests.compactMap { $0.header("webhook-id") }).count == 1)
        #expect(server.requests.count == 8)
        #expect(try fixture.channels.get(channel, project: fixture.project).disabledAt == nil)
    }

    @Test func `a receiver that is gone disables its channel`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble(script: [.reply(410)])
        let channel = try fixture.makeWebhook(server.url).record.id
        let alert = try fixture.openAlert(channels: [channel])
        #expect(try fixture.deliver() == DeliveryResult(gaveUp: 1, receiversDisabled: 1, mayBeMore: true))
        let record = try fixture.channels.get(channel, project: fixture.project)
        #expect(record.disabledReason == "http410")
        #expect(record.disabledAt == fixture.noon)
        _ = try fixture.pool.transaction {
            try ChangeAlert().resolve(
                alert.id, project: fixture.project, by: fixture.alice, comment: nil, in: $0)
        }
        #expect(try fixture.deliver() == DeliveryResult(gaveUp: 1, mayBeMore: true))
        #expect(try fixture.notifications().map(\.reason).contains("channelDisabled"))
        #expect(server.requests.count == 1)
    }

    @Test func `a private address is refused and disables the channel`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble(script: [.reply(200)])
        let channel = try fixture.makeWebhook(server.url).record.id
        _ = try fixture.openAlert(channels: [channel])
        let outbound = Outbound(policy: .publicOnly, mail: nil, publicURL: "http://assay.example")
        #expect(try fixture.deliver(outbound: outbound).receiversDisabled == 1)
        #expect(try fixture.channels.get(channel, project: fixture.project).disabledReason == "addressRefused")
        #expect(server.requests.isEmpty)
    }

    @Test func `a channel changed while a message failed for good stays enabled`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble { [pool = fixture.pool] _ in
            // While the message is under way.
            _ = try? pool.transaction { tx in
                try tx.execute("UPDATE channels SET updated_at = updated_at + INTERVAL 1 SECOND")
            }
            return .reply(410)
        }
        let channel = try fixture.makeWebhook(server.url).record.id
        _ = try fixture.openAlert(channels: [channel])
        #expect(try fixture.deliver() == DeliveryResult(gaveUp: 1, mayBeMore: true))
        #expect(try fixture.channels.get(channel, project: fixture.project).disabledAt == nil)
    }

    @Test func `a message whose sender died is sent again with the same id, but not for ever`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble(script: [.reply(200)])
        let channel = try fixture.makeWebhook(server.url).record.id
        _ = try fixture.openAlert(channels: [channel])
        let claimed = try #require(try fixture.queue().claim(room: 1) { _ in }.taken.first)
        #expect(try fixture.notifications().map(\.state) == [.sending])
        #expect(try fixture.deliver(afterMs: ClaimDue.sendingMs - 1) == DeliveryResult())
        #expect(try fixture.deliver(afterMs: ClaimDue.sendingMs).delivered == 1)
        #expect(server.requests.first?.header("webhook-id") == claimed.id.description)
        #expect(try fixture.notifications().first?.tries == 2)
        _ = try fixture.pool.transaction { tx in
            try tx.execute(
                """
                UPDATE deliveries SET state = 'sending', tries = 8, finished_at = NULL, due_at = \(fixture.noon)
                """)
        }
        #expect(try fixture.deliver() == DeliveryResult(gaveUp: 1, mayBeMore: true))
        #expect(try fixture.notifications().first?.reason == "interrupted")
    }

    @Test func `what another sender took meanwhile is not recorded twice`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble { [pool = fixture.pool] _ in
            _ = try? pool.transaction { try $0.execute("UPDATE deliveries SET tries = tries + 1") }
            return .reply(200)
        }
        _ = try fixture.openAlert(channels: [try fixture.makeWebhook(server.url).record.id])
        #expect(try fixture.deliver() == DeliveryResult(mayBeMore: true))
        #expect(try fixture.notifications().map(\.state) == [.sending])
    }

    @Test func `without the leadership nothing is sent`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble(script: [.reply(200)])
        _ = try fixture.openAlert(channels: [try fixture.makeWebhook(server.url).record.id])
        #expect(throws: LostLeadership.self) { try fixture.queue().runOnce { _ in throw LostLeadership() } }
        #expect(server.requests.isEmpty)
        #expect(try fixture.notifications().map(\.tries) == [0])
    }

    @Test func `a refused recipient disables the channel, a busy mail server does not`() throws {
        for (code, disables) in [(550, true), (451, false)] {
            let fixture = try AlertsFixture()
            let server = try MailServerDouble(.refuseRecipients(code))
            let channel = try fixture.makeMail(["nobody@team.example"]).record.id
            _ = try fixture.openAlert(channels: [channel])
            let result = try fixture.deliver(mail: route(server))
            #expect(result.receiversDisabled == (disables ? 1 : 0))
            #expect(result.retried == (disables ? 0 : 1))
            #expect(try fixture.notifications().first?.reason == "mailRejected")
        }
    }

    @Test func `a mail without a mail server waits for one`() throws {
        let fixture = try AlertsFixture()
        _ = try fixture.openAlert(channels: [try fixture.makeMail(["a@team.example"]).record.id])
        #expect(try fixture.deliver().retried == 1)
        #expect(try fixture.notifications().first?.reason == "mailNotConfigured")
    }

    @Test func `a deleted or unreadable channel`() throws {
        let fixture = try AlertsFixture()
        let channel = try fixture.makeWebhook("https://example.org/").record.id
        _ = try fixture.openAlert(channels: [channel])
        let closed = Sealing(seal: { plain, _ in plain }, open: { _, _ in throw Sealing.WrongPlace() })
        #expect(try fixture.deliver(sealing: closed).retried == 1)
        #expect(try fixture.notifications().first?.reason == "channelUnreadable")
        try fixture.pool.transaction { try fixture.channels.delete(channel, project: fixture.project, in: $0) }
        #expect(try fixture.deliver(afterMs: 10_000).gaveUp == 1)
        #expect(try fixture.notifications().first?.reason == "channelDeleted")
        #expect(try fixture.notifications().first?.channelName == nil)
    }

    @Test func `a test message is delivered, even by a disabled channel, and has a log`() throws {
        let fixture = try AlertsFixture()
        let server = try HTTPServerDouble(script: [.reply(200)])
        let channel = try fixture.makeWebhook(server.url).record.id
        _ = try fixture.pool.transaction { tx in
            try tx.execute("UPDATE channels SET disabled_at = \(tx.now), disabled_reason = 'http410'")
        }
        let id = try fixture.pool.transaction {
            try fixture.channels.test(channel, project: fixture.project, in: $0)
        }
        #expect(try fixture.deliver().delivered == 1)
        let json = try JSONParser.parse(server.requests.first?.body ?? [])
        #expect(json["type"] == "channel.test")
        let record = try fixture.log.get(id, project: fixture.project)
        #expect(record.occasion == .test)
        #expect(record.alert == nil)
        #expect(record.state == .delivered)
        #expect(throws: AlertsError.notFound) { try fixture.log.get(id, project: fixture.stranger) }
        #expect(try fixture.log.list(project: fixture.project, channel: channel, limit: 5) == [record])
        #expect(try fixture.log.list(project: fixture.project, before: id, limit: 5).isEmpty)
        #expect(try fixture.log.list(project: fixture.stranger, limit: 5).isEmpty)
    }
}
