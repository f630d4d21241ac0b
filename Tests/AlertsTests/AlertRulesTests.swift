import Deliveries
import Domain
import MariaDB
import Testing

@testable import Alerts

@Suite struct AlertRulesTests {
    @Test func `a rule is made, read, changed and removed`() throws {
        let fixture = try AlertsFixture()
        let channel = try fixture.makeWebhook("https://example.org/").record.id
        let rule = try fixture.makeRule(channels: [channel])
        #expect(rule.metric == "passRate")
        #expect(rule.comparison == "below")
        #expect(rule.severity == .critical)
        #expect(rule.channels == [channel])
        #expect(rule.activeAlert == nil)
        #expect(try fixture.rules.get(rule.id, project: fixture.project) == rule)
        #expect(try fixture.rules.project(of: rule.id) == fixture.project)
        let changed = try fixture.pool.transaction { tx in
            var draft = fixture.draft(name: "Other name")
            draft.threshold = 1
            return try fixture.rules.update(rule.id, draft, project: fixture.project, by: fixture.alice, in: tx)
        }
        #expect(changed.name == "Other name")
        #expect(changed.threshold == 1)
        #expect(changed.channels.isEmpty)
        try fixture.pool.transaction {
            try fixture.rules.delete(rule.id, project: fixture.project, by: fixture.alice, in: $0)
        }
        #expect(throws: AlertsError.notFound) { try fixture.rules.get(rule.id, project: fixture.project) }
        #expect(throws: AlertsError.notFound) { try fixture.rules.project(of: rule.id) }
    }

    @Test func `rules are listed newest first, page by page`() throws {
        let fixture = try AlertsFixture()
        let ids = try (0..<5).map { number in try fixture.makeRule { $0.name = "Rule \(number)" }.id }.sorted(by: >)
        let first = try fixture.rules.list(project: fixture.project, limit: 3)
        #expect(first.map(\.id) == Array(ids.prefix(3)))
        let second = try fixture.rules.list(project: fixture.project, before: first.last?.id, limit: 3)
        #expect(second.map(\.id) == Array(ids.suffix(2)))
    }

    @Test func `every fault is named`() {
        var draft = RuleDraft(
            name: "a\r\nBcc: x", metric: "duration", suite: "No Key", comparison: "above", threshold: .nan,
            windowRuns: 101, minimumSamples: 0, severity: "bad",
            channels: [ID<Channel>](repeating: ID(at: Timestamp(milliseconds: 1)), count: 21))
        #expect(
            draft.faults.map(\.pointer) == [
                "/name", "/metric", "/suite", "/comparison", "/threshold", "/window/runs", "/minimumSamples",
                "/severity",
                "/channels", "/channels",
            ])
        draft.name = ""
        draft.windowRuns = Int.min
        #expect(draft.faults.contains { $0.pointer == "/name" })
        for threshold in [0, -1, 1.01, Double.infinity] {
            draft.threshold = threshold
            #expect(draft.faults.contains { $0.pointer == "/threshold" })
        }
    }

    @Test func `a name is used once in a project, and only good drafts are kept`() throws {
        let fixture = try AlertsFixture()
        let rule = try fixture.makeRule()
        #expect(throws: AlertsError.nameTaken) { try fixture.makeRule() }
        let other = try fixture.makeRule { $0.name = "x'); DROP TABLE alert_rules; --" }
        #expect(other.name == "x'); DROP TABLE alert_rules; --")
        #expect(throws: AlertsError.nameTaken) {
            try fixture.pool.transaction { tx in
                try fixture.rules.update(
                    other.id, fixture.draft(), project: fixture.project, by: fixture.alice, in: tx)
            }
        }
        let foreign = try fixture.pool.transaction {
            try fixture.channels.create(
                ChannelDraft(name: "Theirs", kind: "email", settings: ["email": .email(["a@b.example"])]),
                project: fixture.stranger, in: $0)
        }
        #expect(throws: AlertsError.invalid([FieldFault("/channels/0", "is not a channel of this project")])) {
            try fixture.makeRule(channels: [foreign.record.id]) { $0.name = "Third" }
        }
        #expect(try fixture.rules.list(project: fixture.project, limit: 10).map(\.id).contains(rule.id))
        #expect(try fixture.rules.list(project: fixture.project, limit: 10).count == 2)
    }

    @Test func `another project sees and changes nothing`() throws {
        let fixture = try AlertsFixture()
        let rule = try fixture.makeRule()
        #expect(throws: AlertsError.notFound) { try fixture.rules.get(rule.id, project: fixture.stranger) }
        #expect(try fixture.rules.list(project: fixture.stranger, limit: 10).isEmpty)
        #expect(throws: AlertsError.notFound) {
            try fixture.pool.transaction {
                try fixture.rules.delete(rule.id, project: fixture.stranger, by: fixture.alice, in: $0)
            }
        }
        #expect(throws: AlertsError.notFound) {
            try fixture.pool.transaction { tx in
                try fixture.rules.update(
                    rule.id, fixture.draft(), project: fixture.stranger, by: fixture.alice, in: tx)
            }
        }
        #expect(try fixture.rules.get(rule.id, project: fixture.project) == rule)
    }

    @Test func `removing a rule, or turning it to another suite, ends its alert`() throws {
        for removes in [true, false] {
            let fixture = try AlertsFixture()
            let alert = try fixture.openAlert()
            try fixture.pool.transaction { tx in
                if removes {
                    try fixture.rules.delete(alert.rule, project: fixture.project, by: fixture.alice, in: tx)
                } else {
                    var draft = fixture.draft()
                    draft.suite = "smoke"
                    _ = try fixture.rules.update(
                        alert.rule, draft, project: fixture.project, by: fixture.alice, in: tx)
                }
            }
            let ended = try fixture.book.get(alert.id, project: fixture.project)
            #expect(ended.state == .resolved)
            #expect(ended.resolvedBy == fixture.alice)
            #expect(try fixture.facts().map(\.type) == ["alert.opened", "alert.resolved"])
            if !removes { #expect(try fixture.rules.get(alert.rule, project: fixture.project).activeAlert == nil) }
        }
    }
}
