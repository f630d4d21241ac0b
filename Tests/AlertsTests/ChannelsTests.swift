import Domain
import MariaDB
import Testing
import Transfer

@testable import Alerts

@Suite struct ChannelsTests {
    @Test func `a webhook channel shows its made secret once and keeps it sealed`() throws {
        let fixture = try AlertsFixture()
        let saved = try fixture.makeWebhook("https://example.org/hooks/t0ken")
        let secret = try #require(saved.newSecret)
        #expect(WebhookSecret(secret) != nil)
        #expect(saved.record.kind == "webhook")
        #expect(saved.record.settings == ["url": "https://example.org/hooks/t0ken"])
        #expect(saved.record.disabledAt == nil)
        #expect(try fixture.channels.get(saved.record.id, project: fixture.project) == saved.record)
        let stored = try fixture.pool.read { try $0.first("SELECT target FROM channels")?.bytes("target") } ?? []
        let text = String(decoding: stored, as: UTF8.self)
        #expect(!text.contains("t0ken"))
        #expect(!text.contains(secret.dropFirst(6)))
    }

    @Test func `a given secret is not shown`() throws {
        let fixture = try AlertsFixture()
        let secret = WebhookSecret.random().text
        #expect(try fixture.makeWebhook("https://example.org/", secret: secret).newSecret == nil)
    }

    @Test func `replacing keeps the secret unless another is given, and enables the channel`() throws {
        let fixture = try AlertsFixture()
        let saved = try fixture.makeWebhook("https://example.org/")
        let id = saved.record.id
        _ = try fixture.pool.transaction { tx in
            try tx.execute("UPDATE channels SET disabled_at = \(tx.now), disabled_reason = 'http410'")
        }
        #expect(try fixture.channels.get(id, project: fixture.project).disabledReason == "http410")
        func update(_ draft: ChannelDraft) throws -> SavedChannel {
            try fixture.pool.transaction { try fixture.channels.update(id, draft, project: fixture.project, in: $0) }
        }
        let moved = try update(
            ChannelDraft(name: "Moved", kind: "webhook", settings: ["webhook": .webhook("https://example.net/")]))
        #expect(moved.newSecret == nil)
        #expect(moved.record.name == "Moved")
        #expect(moved.record.settings == ["url": "https://example.net/"])
        #expect(moved.record.disabledAt == nil)
        let mail = try update(ChannelDraft(name: "Mail", kind: "email", settings: ["email": .email(["a@b.example"])]))
        #expect(mail.record.kind == "email")
        #expect(mail.record.settings == ["to": ["a@b.example"]])
        let back = try update(
            ChannelDraft(name: "Back", kind: "webhook", settings: ["webhook": .webhook("https://example.net/")]))
        #expect(back.newSecret != nil && back.newSecret != saved.newSecret)
    }

    @Test(
        arguments: [
            (ChannelDraft(name: "", kind: "pager", settings: [:]), ["/name", "/kind"]),
            (ChannelDraft(name: "a", kind: "webhook", settings: [:]), ["/webhook"]),
            (ChannelDraft(name: "a", kind: "email", settings: [:]), ["/email"]),
            (
                ChannelDraft(
                    name: "a", kind: "webhook",
                    settings: ["webhook": .webhook("file:///etc/passwd", "short"), "email": .email([])]),
                ["/email", "/webhook/url", "/webhook/secret"]
            ),
            (
                ChannelDraft(
                    name: "a", kind: "email", settings: ["webhook": .webhook("https://x.example"), "email": .email([])]),
                ["/webhook", "/email/to"]
            ),
            (
                ChannelDraft(
                    name: "a\u{7f}", kind: "email",
                    settings: ["email": .email(["a@b.example", "a@b\r\nRCPT TO:<c@d>"])]),
                ["/name", "/email/to/1"]
            ),
        ] as [(ChannelDraft, [String])])
    func `every fault is named and nothing is kept`(draft: ChannelDraft, pointers: [String]) throws {
        let fixture = try AlertsFixture()
        let error = #expect(throws: AlertsError.self) {
            try fixture.pool.transaction { try fixture.channels.create(draft, project: fixture.project, in: $0) }
        }
        guard case .invalid(let faults) = error else { return }
        #expect(faults.map(\.pointer) == pointers)
        #expect(try fixture.channels.list(project: fixture.project, limit: 5).isEmpty)
    }

    @Test(arguments: [
        ("name@example.org", true), ("a.b+c@x", true), ("a@b@c", false), ("@b", false), ("a@", false), ("a b@c", false),
        ("<a@b>", false), ("a,b@c", false), ("a@b\n", false), ("ä@b", false),
    ])
    func `an address is plain`(text: String, isGood: Bool) {
        #expect(TextPattern.email.matches(text) == isGood)
    }

    @Test func `another project sees and changes nothing`() throws {
        let fixture = try AlertsFixture()
        let channel = try fixture.makeWebhook("https://example.org/").record
        let draft = ChannelDraft(name: "x", kind: "webhook", settings: ["webhook": .webhook("https://evil.example/")])
        #expect(throws: AlertsError.notFound) { try fixture.channels.get(channel.id, project: fixture.stranger) }
        for body in [
            { tx in _ = try fixture.channels.update(channel.id, draft, project: fixture.stranger, in: tx) },
            { tx in try fixture.channels.delete(channel.id, project: fixture.stranger, in: tx) },
            { tx in _ = try fixture.channels.test(channel.id, project: fixture.stranger, in: tx) },
        ] as [(Transaction) throws -> Void] {
            #expect(throws: AlertsError.notFound) { try fixture.pool.transaction(body) }
        }
        #expect(try fixture.channels.list(project: fixture.stranger, limit: 5).isEmpty)
        #expect(try fixture.channels.list(project: fixture.project, limit: 5) == [channel])
        #expect(try fixture.channels.list(project: fixture.project, before: channel.id, limit: 5).isEmpty)
        #expect(try fixture.channels.project(of: channel.id) == fixture.project)
        #expect(throws: AlertsError.notFound) { try fixture.channels.project(of: ID(at: fixture.noon)) }
    }

    @Test func `a removed channel leaves its rules, and a name is used once`() throws {
        let fixture = try AlertsFixture()
        let channel = try fixture.makeWebhook("https://example.org/").record
        let other = try fixture.makeWebhook("https://example.org/", name: "Other").record
        #expect(throws: AlertsError.nameTaken) { try fixture.makeWebhook("https://example.org/") }
        #expect(throws: AlertsError.nameTaken) {
            try fixture.pool.transaction { tx in
                try fixture.channels.update(
                    other.id,
                    ChannelDraft(
                        name: "Hook", kind: "webhook", settings: ["webhook": .webhook("https://example.org/")]),
                    project: fixture.project, in: tx)
            }
        }
        let rule = try fixture.makeRule(channels: [channel.id, other.id])
        try fixture.pool.transaction { try fixture.channels.delete(channel.id, project: fixture.project, in: $0) }
        #expect(try fixture.rules.get(rule.id, project: fixture.project).channels == [other.id])
    }

    @Test func `a target copied from another channel does not open`() throws {
        let fixture = try AlertsFixture()
        let first = try fixture.makeWebhook("https://example.org/").record.id
        let second = try fixture.makeWebhook("https://example.net/", name: "Second").record.id
        _ = try fixture.pool.transaction { tx in
            try tx.execute(
                """
                UPDATE channels a JOIN channels b ON b.id = \(second) SET a.target = b.target WHERE a.id = \(first)
                """)
        }
        #expect(throws: Sealing.WrongPlace.self) { try fixture.channels.get(first, project: fixture.project) }
    }
}
