import Deliveries
import Doubles
import Domain
import MariaDB
import Support
import Synchronization
import Testing

@testable import Alerts

@Suite struct EvaluateRulesTests {
    private struct LostLeadership: Error {}

    @Test func `an alert opens with the last run that breaks the rule, not before enough runs`() throws {
        let fixture = try AlertsFixture()
        let channel = try fixture.makeWebhook("https://example.org/").record.id
        let rule = try fixture.makeRule(channels: [channel])
        try fixture.outcomes(["failed", "passed"])
        #expect(try fixture.evaluate() == EvaluationResult(outcomes: 2, rules: 1))
        try fixture.outcomes(["timeout"])
        #expect(try fixture.evaluate() == EvaluationResult(outcomes: 1, rules: 1, opened: 1))
        let alert = try #require(try fixture.book.active(project: fixture.project).first)
        #expect(alert.state == .open)
        #expect(alert.rule == rule.id)
        #expect(alert.ruleName == "Nightly health")
        #expect(alert.severity == .critical)
        #expect(abs(alert.value - 1.0 / 3) < 1e-9)
        #expect(alert.samples == 3)
        #expect(alert.sentence == "Pass rate of suite nightly is 33.3 % over the last 3 runs, below 80 %.")
        #expect(alert.openedAt == fixture.noon)
        #expect(try fixture.book.untakenCount(project: fixture.project) == 1)
        #expect(try fixture.rules.get(rule.id, project: fixture.project).activeAlert == alert.id)
        let notification = try #require(try fixture.notifications().first)
        #expect(notification.alert == alert.id)
        #expect(notification.channel == channel)
        #expect(notification.occasion == .opened)
        #expect(notification.state == .pending)
        let fact = try #require(try fixture.facts().first)
        #expect(fact.type == "alert.opened")
        #expect(fact.body["alert"] == .string(alert.id.description))
        #expect(fact.body.value(at: "/rule/name") == "Nightly health")
        #expect(fact.body["project"] == "demo")
        #expect(fact.body["seq"] == 1)
    }

    @Test func `a rule that cannot be read or applied is stepped over and the others are judged`() throws {
        let fixture = try AlertsFixture()
        try fixture.makeRule { $0.name = "Unreadable" }
        let unwritable = try fixture.makeRule { $0.name = "Unwritable" }
        let good = try fixture.makeRule { $0.name = "Good" }
        let connection = try fixture.database.connection()
        try connection.executeRaw("SET SESSION sql_mode = ''")
        try connection.executeRaw("UPDATE alert_rules SET severity = 'x' WHERE name = 'Unreadable'")
        try connection.executeRaw("ALTER TABLE alerts ADD CONSTRAINT planted CHECK (rule_name <> 'Unwritable')")
        try fixture.outcomes(["failed", "failed", "failed"])
        let notes = Mutex<[String]>([])
        let rules = EvaluateRules(pool: fixture.pool) { position, _ in notes.withLock { $0.append(position) } }
        #expect(try rules.runOnce { _ in } == EvaluationResult(outcomes: 3, rules: 2, opened: 1))
        #expect(try fixture.book.active(project: fixture.project).map(\.rule) == [good.id])
        // Nothing half done: the next breach finds the rule without an alert.
        let row = try fixture.pool.read {
            try $0.first("SELECT active_alert_id FROM alert_rules WHERE id = \(unwritable.id)")
        }
        #expect(try row?.uuidOrNil("active_alert_id") == nil)
        #expect(notes.withLock { $0 } == ["a rule of \(fixture.project)/nightly", "rule \(unwritable.id)"])
        #expect(try fixture.facts().map(\.type) == ["alert.opened"])
        #expect(try rules.runOnce { _ in } == EvaluationResult())
    }

    @Test func `a further breach opens nothing, recovery resolves, the next breach opens another`() throws {
        let fixture = try AlertsFixture()
        let channel = try fixture.makeWebhook("https://example.org/").record.id
        let alert = try fixture.openAlert(channels: [channel])
        try fixture.outcomes(["failed"])
        #expect(try fixture.evaluate().opened == 0)
        try fixture.outcomes(["passed", "passed", "passed"])
        #expect(try fixture.evaluate().resolved == 0)
        try fixture.outcomes(["passed"])
        #expect(try fixture.evaluate().resolved == 1)
        let resolved = try fixture.book.get(alert.id, project: fixture.project)
        #expect(resolved.state == .resolved)
        #expect(resolved.resolvedBy == nil)
        #expect(
            resolved.resolution
                == "Pass rate of suite nightly is back at 80 % over the last 5 runs, at least 80 %.")
        #expect(Set(try fixture.notifications().map(\.occasion)) == [.opened, .resolved])
        try fixture.outcomes(["failed", "failed"])
        #expect(try fixture.evaluate().opened == 1)
        #expect(try fixture.book.list(project: fixture.project, limit: 10).count == 2)
        #expect(try fixture.facts().map(\.type) == ["alert.opened", "alert.resolved", "alert.opened"])
    }

    @Test func `an acknowledged alert resolves too`() throws {
        let fixture = try AlertsFixture()
        let alert = try fixture.openAlert()
        _ = try fixture.pool.transaction {
            try ChangeAlert().acknowledge(
                alert.id, project: fixture.project, by: fixture.alice, comment: nil, in: $0)
        }
        try fixture.outcomes(["passed", "passed", "passed", "passed", "passed"])
        #expect(try fixture.evaluate().resolved == 1)
        #expect(try fixture.book.get(alert.id, project: fixture.project).acknowledgedBy == fixture.alice)
    }

    @Test func `runs of a case, another suite or another project do not count`() throws {
        let fixture = try AlertsFixture()
        try fixture.makeRule()
        let failures = ["failed", "failed", "failed"]
        try fixture.outcomes(failures, kind: "case")
        try fixture.outcomes(failures, suite: "smoke")
        try fixture.outcomes(failures, project: fixture.stranger)
        #expect(try fixture.evaluate() == EvaluationResult(outcomes: 9))
        #expect(try fixture.evaluate() == EvaluationResult())
        #expect(try fixture.book.untakenCount(project: fixture.project) == 0)
    }

    @Test func `without the leadership nothing is written, and the next leader judges the same runs`() throws {
        let fixture = try AlertsFixture()
        try fixture.makeRule()
        try fixture.outcomes(["failed", "failed", "failed"])
        #expect(throws: LostLeadership.self) {
            try EvaluateRules(pool: fixture.pool).runOnce { _ in throw LostLeadership() }
        }
        #expect(try fixture.facts().isEmpty)
        #expect(try fixture.evaluate().opened == 1)
    }

    @Test func `several evaluations at once open one alert`() throws {
        let fixture = try AlertsFixture()
        for number in 0..<3 { try fixture.makeRule { $0.name = "Rule \(number)" } }
        try fixture.outcomes(["failed", "failed", "failed"])
        let opened = Mutex(0)
        let done = Mutex(0)
        let bell = Bell()
        for _ in 0..<4 {
            startThread {
                let result = try? EvaluateRules(pool: fixture.pool, batchRows: 1).runOnce { _ in }
                opened.withLock { $0 += result?.opened ?? 0 }
                done.withLock { $0 += 1 }
                bell.ring()
            }
        }
        #expect(bell.wait(timeoutMs: 20_000) { done.withLock { $0 } == 4 })
        while try EvaluateRules(pool: fixture.pool, batchRows: 1).runOnce(touch: { _ in }).mayBeMore {}
        #expect(try fixture.book.untakenCount(project: fixture.project) == 3)
        #expect(try fixture.facts().map(\.type) == ["alert.opened", "alert.opened", "alert.opened"])
    }

    @Test func `whoever comes second to open or end an alert does nothing`() throws {
        let fixture = try AlertsFixture()
        let alert = try fixture.openAlert()
        let stale = try fixture.rules.get(alert.rule, project: fixture.project)
        try fixture.pool.transaction { tx in
            #expect(try OpenAlert(rule: stale, value: 0, samples: 3, execution: nil).run(in: tx) == nil)
            _ = try ChangeAlert().resolve(
                alert.id, project: fixture.project, by: fixture.alice, comment: nil, in: tx)
            #expect(try RecoverAlert(rule: stale, value: 1, samples: 3).run(in: tx) == nil)
        }
        let fresh = try fixture.rules.get(alert.rule, project: fixture.project)
        let late = try fixture.pool.transaction { try RecoverAlert(rule: fresh, value: 1, samples: 3).run(in: $0) }
        #expect(late == nil)
    }
}

@Suite struct ChangeAlertTests {
    @Test func `acknowledging says who and why, once`() throws {
        let fixture = try AlertsFixture()
        let alert = try fixture.openAlert()
        let taken = try fixture.pool.transaction {
            try ChangeAlert().acknowledge(
                alert.id, project: fixture.project, by: fixture.alice, comment: "Looking 👀", in: $0)
        }
        #expect(taken.state == .acknowledged)
        #expect(try fixture.book.get(alert.id, project: fixture.project) == taken)
        #expect(taken.acknowledgedBy == fixture.alice)
        #expect(taken.comment == "Looking 👀")
        #expect(try fixture.book.active(project: fixture.project).map(\.id) == [alert.id])
        let fact = try #require(try fixture.facts().last)
        #expect(fact.type == "alert.acknowledged")
        #expect(fact.body.value(at: "/by/name") == .string(fixture.alice.name))
        #expect(throws: AlertsError.invalidTransition(from: .acknowledged)) {
            try fixture.pool.transaction {
                try ChangeAlert().acknowledge(
                    alert.id, project: fixture.project, by: fixture.alice, comment: nil, in: $0)
            }
        }
    }

    @Test func `resolving ends it for good and tells the channels that knew of it`() throws {
        let fixture = try AlertsFixture()
        let channel = try fixture.makeWebhook("https://example.org/").record.id
        let alert = try fixture.openAlert(channels: [channel])
        let ended = try fixture.pool.transaction {
            try ChangeAlert().resolve(
                alert.id, project: fixture.project, by: fixture.alice, comment: "Fixed.", in: $0)
        }
        #expect(ended.state == .resolved)
        #expect(ended.resolution == "Fixed.")
        #expect(try fixture.book.get(alert.id, project: fixture.project) == ended)
        #expect(try fixture.rules.get(alert.rule, project: fixture.project).activeAlert == nil)
        #expect(Set(try fixture.notifications().map(\.occasion)) == [.opened, .resolved])
        for event in [AlertEvent.acknowledge, .resolve] {
            #expect(throws: AlertsError.invalidTransition(from: .resolved)) {
                try fixture.pool.transaction { tx in
                    if event == .acknowledge {
                        _ = try ChangeAlert().acknowledge(
                            alert.id, project: fixture.project, by: fixture.alice, comment: nil, in: tx)
                    } else {
                        _ = try ChangeAlert().resolve(
                            alert.id, project: fixture.project, by: fixture.alice, comment: nil, in: tx)
                    }
                }
            }
        }
        #expect(try fixture.facts().count == 2)
    }

    @Test func `another project finds no such alert, and a comment has a limit`() throws {
        let fixture = try AlertsFixture()
        let alert = try fixture.openAlert()
        let change = ChangeAlert()
        #expect(throws: AlertsError.notFound) {
            try fixture.pool.transaction {
                try change.acknowledge(alert.id, project: fixture.stranger, by: fixture.alice, comment: nil, in: $0)
            }
        }
        #expect(throws: AlertsError.notFound) {
            try fixture.pool.transaction {
                try change.resolve(alert.id, project: fixture.stranger, by: fixture.alice, comment: nil, in: $0)
            }
        }
        #expect(throws: AlertsError.invalid([FieldFault("/comment", "must be at most 500 characters")])) {
            try fixture.pool.transaction {
                try change.acknowledge(
                    alert.id, project: fixture.project, by: fixture.alice,
                    comment: String(repeating: "x", count: 501), in: $0)
            }
        }
        #expect(throws: AlertsError.notFound) { try fixture.book.get(alert.id, project: fixture.stranger) }
        #expect(throws: AlertsError.notFound) { try fixture.book.project(of: ID(at: fixture.noon)) }
        #expect(try fixture.book.project(of: alert.id) == fixture.project)
        #expect(try fixture.book.active(project: fixture.stranger).isEmpty)
        #expect(try fixture.book.list(project: fixture.project, state: .open, limit: 5).map(\.id) == [alert.id])
        #expect(try fixture.book.list(project: fixture.project, state: .resolved, limit: 5).isEmpty)
        #expect(try fixture.book.list(project: fixture.project, before: alert.id, limit: 5).isEmpty)
        #expect(try fixture.facts().count == 1)
    }
}
