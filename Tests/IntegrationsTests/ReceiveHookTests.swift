import Doubles
import Domain
import MariaDB
import Synchronization
import Testing

@testable import Integrations

@Suite struct ReceiveHookTests {
    private let push = IntegrationsFixture.push()

    private func start(_ outcome: HookOutcome) throws -> TriggeredStart {
        guard case .start(let start) = outcome else { throw IntegrationsError.notFound }
        return start
    }

    @Test func `a signed push asks for a run of the suite at that commit`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        let start = try start(try fixture.receive(trigger, push))
        #expect(start.project == fixture.project)
        #expect(start.trigger == trigger.id)
        #expect(start.triggerName == "GitHub")
        #expect(start.suite == "nightly")
        #expect(
            start.revision
                == TriggerRevision(
                    commit: "0123456789abcdef0123456789abcdef01234567", branch: "main",
                    url: "https://github.example/c/1",
                    message: "Fix login"))
        #expect(start.parameters == ["level": "high"])
        #expect(start.environment == "staging")
        #expect(start.idempotencyKey.utf8.count == 69)
        let log = try #require(try fixture.deliveries(trigger).first)
        #expect(log.state == .accepted)
        #expect(log.remote == "192.0.2.7")
        #expect(log.branch == "main")
        #expect(log.receivedAt == fixture.noon)
    }

    @Test func `a redelivery asks again with the same key, or is answered once the run is recorded`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        let hook = ReceiveHook(pool: fixture.pool, sealing: .forTests)
        let first = try start(try fixture.receive(trigger, push))
        let again = try start(try fixture.receive(trigger, push))
        #expect(first == again)
        let execution = ID<Execution>(at: fixture.noon)
        try hook.recordStarted(first, execution: execution)
        try hook.recordStarted(first, execution: execution)
        #expect(throws: IntegrationsError.notFound) {
            try hook.recordStarted(first, execution: ID(at: fixture.noon))
        }
        #expect(try fixture.receive(trigger, push) == .replayed(execution, first: nil))
        #expect(try fixture.deliveries(trigger).map(\.execution) == [execution])
        let other = try start(try fixture.receive(trigger, IntegrationsFixture.push(message: "Other"), delivery: "d-2"))
        #expect(other.idempotencyKey != first.idempotencyKey)
    }

    @Test func `a captured delivery under a new id starts nothing, and the answer says so`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        let hook = ReceiveHook(pool: fixture.pool, sealing: .forTests)
        let first = try start(try fixture.receive(trigger, push, delivery: "d-1"))
        // Not recorded yet, perhaps because of a crash: the copy continues the first, under its key.
        #expect(try start(try fixture.receive(trigger, push, delivery: "d-2")) == first)
        let execution = ID<Execution>(at: fixture.noon)
        try hook.recordStarted(first, execution: execution)
        for id in ["d-2", "d-3", "d-3"] {
            #expect(try fixture.receive(trigger, push, delivery: id) == .replayed(execution, first: "d-1"))
        }
        #expect(try fixture.receive(trigger, push, delivery: "d-1") == .replayed(execution, first: nil))
        let log = try fixture.deliveries(trigger)
        #expect(log.filter { $0.state == .ignored }.map(\.reason) == ["same body as d-1", "same body as d-1"])
        // Another trigger and another body are other deliveries; after the window so is the same one.
        let second = try fixture.makeTrigger { $0.name = "Second" }.record
        #expect(try start(try fixture.receive(second, push, delivery: "d-2")).trigger == second.id)
        _ = try start(try fixture.receive(trigger, IntegrationsFixture.push(message: "Other"), delivery: "d-4"))
        let old = fixture.noon.adding(ms: -ReceiveHook.repeatWindowMs)
        try fixture.pool.transaction { _ = try $0.execute("UPDATE trigger_deliveries SET received_at = \(old)") }
        #expect(try start(try fixture.receive(trigger, push, delivery: "d-5")).delivery == "d-5")
    }

    @Test func `what is ignored says why and keeps branch, commit and event`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger { $0.branch = "" }.record
        let triggers = Triggers(pool: fixture.pool, sealing: .forTests)
        func ignored(_ reason: String, _ event: String = "push") throws {
            let body = IntegrationsFixture.push(message: "\(reason) \(event)")
            let id = "d-\(reason)-\(event)"
            #expect(try fixture.receive(trigger, body, event: event, delivery: id) == .ignored(reason))
            let log = try #require(try fixture.deliveries(trigger).first { $0.delivery == id })
            #expect(log.state == .ignored && log.reason == reason && log.event == event)
            guard event == "push" else { return }
            #expect(log.branch == "main" && log.commit == "0123456789abcdef0123456789abcdef01234567")
        }
        try ignored("event", "release")
        _ = try fixture.pool.transaction { try triggers.disable(trigger.id, true, project: fixture.project, in: $0) }
        try ignored("disabled")
        _ = try fixture.pool.transaction { try triggers.disable(trigger.id, false, project: fixture.project, in: $0) }
        _ = try fixture.pool.transaction { try $0.execute("UPDATE projects SET archived_at = \($0.now)") }
        try ignored("projectArchived")
        _ = try fixture.pool.transaction { try $0.execute("UPDATE projects SET archived_at = NULL") }
        _ = try start(try fixture.receive(trigger, push))
    }

    @Test func `a run that could not be started is tried again by a redelivery`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        let hook = ReceiveHook(pool: fixture.pool, sealing: .forTests)
        let first = try start(try fixture.receive(trigger, push))
        try hook.recordFailed(first, reason: "no such suite")
        #expect(try fixture.deliveries(trigger).map(\.reason) == ["no such suite"])
        #expect(try start(try fixture.receive(trigger, push)) == first)
        try hook.recordStarted(first, execution: ID(at: fixture.noon))
        try hook.recordFailed(first, reason: "too late")
        #expect(try fixture.deliveries(trigger).map(\.state) == [.started])
    }

    @Test func `the same delivery twice at once asks with one key and leaves one row`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        let keys = Mutex<[String]>([])
        let bell = Bell()
        for _ in 0..<6 {
            startThread {
                let outcome = try? fixture.receive(trigger, IntegrationsFixture.push())
                if case .start(let start) = outcome { keys.withLock { $0.append(start.idempotencyKey) } }
                bell.ring()
            }
        }
        #expect(bell.wait(timeoutMs: 20_000) { keys.withLock { $0.count } == 6 })
        #expect(Set(keys.withLock { $0 }).count == 1)
        #expect(try fixture.deliveries(trigger).count == 1)
    }

    @Test func `a wrong, missing or malformed signature is refused and leaves nothing`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        #expect(try fixture.receive(trigger, push, secret: "another-secret-altogether") == .unauthorized)
        for signature in [
            nil, "", "sha256=", "sha1=0000", "sha256=" + String(repeating: "0", count: 64),
            "sha256=" + String(repeating: "g", count: 64), "sha256=" + String(repeating: "é", count: 32),
        ] {
            let outcome = try fixture.receive(trigger, push) { $0["x-hub-signature-256"] = signature }
            #expect(outcome == .unauthorized)
        }
        #expect(try fixture.deliveries(trigger).isEmpty)
    }

    @Test(arguments: ["", "nope", "' OR 1=1 --", "a b", String(repeating: "k", count: 65), "ключ"])
    func `an unknown key is unknown`(key: String) throws {
        let fixture = try IntegrationsFixture()
        _ = try fixture.makeTrigger()
        let outcome = try ReceiveHook(pool: fixture.pool, sealing: .forTests).receive(
            key: key, header: { _ in nil }, body: [], remote: "")
        #expect(outcome == .unknown)
    }

    @Test(
        arguments: [
            ("ping", ["zen": "hi"], "ping"), ("star", [:], "event"), ("pull_request", ["action": "opened"], "event"),
            ("push", ["ref": "refs/tags/v1"], "notABranch"),
            ("push", ["ref": "refs/heads/main", "deleted": true], "branchDeleted"),
            ("push", IntegrationsFixture.push("feature/x"), "branch"),
        ] as [(String, JSONValue, String)])
    func `what the trigger is not for is ignored, also when it comes again`(
        event: String, body: JSONValue, reason: String
    ) throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        for _ in 0..<2 { #expect(try fixture.receive(trigger, body, event: event) == .ignored(reason)) }
        #expect(try fixture.deliveries(trigger).map(\.state) == [.ignored])
        #expect(try fixture.deliveries(trigger).map(\.reason) == [reason])
    }

    @Test func `pull requests start a run of their head`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger {
            $0.events = ["pull_request"]; $0.branch = ""
        }.record
        let head: JSONValue = ["ref": "topic", "sha": "abcdef12"]
        let body: JSONValue = [
            "action": "synchronize",
            "pull_request": ["head": head, "html_url": "javascript:alert(1)", "title": "Add\r\nX"],
        ]
        let start = try start(try fixture.receive(trigger, body, event: "pull_request"))
        #expect(start.revision == TriggerRevision(commit: "abcdef12", branch: "topic", url: nil, message: "Add"))
        let closed: JSONValue = ["action": "closed", "pull_request": ["head": head]]
        #expect(try fixture.receive(trigger, closed, event: "pull_request", delivery: "d-2") == .ignored("action"))
        for bad in [["action": "opened"], [:]] as [JSONValue] {
            guard case .malformed = try fixture.receive(trigger, bad, event: "pull_request", delivery: "d-3") else {
                Issue.record("accepted \(bad)")
                continue
            }
        }
    }

    @Test(arguments: [
        "not json", "", "[]", "{\"ref\":1}", "{\"ref\":\"refs/heads/main\"}",
        "{\"ref\":\"refs/heads/main\",\"after\":\"zzzz\"}", "{\"ref\":\"refs/heads/\",\"after\":\"abcd\"}",
        String(repeating: "[", count: 200),
    ])
    func `a signed body that makes no sense is malformed and leaves nothing`(body: String) throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        guard case .malformed = try fixture.receive(trigger, bytes: Array(body.utf8)) else {
            Issue.record("accepted \(body)")
            return
        }
        #expect(try fixture.deliveries(trigger).isEmpty)
    }

    @Test func `a delivery needs an id`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        for id in ["", "a b", String(repeating: "x", count: 129), "ü"] {
            guard case .malformed = try fixture.receive(trigger, push, delivery: id) else {
                Issue.record("accepted '\(id)'")
                continue
            }
        }
    }

    @Test func `a filter changed between two deliveries decides the second`() throws {
        let fixture = try IntegrationsFixture()
        let trigger = try fixture.makeTrigger().record
        _ = try fixture.receive(trigger, push)
        _ = try fixture.pool.transaction { try $0.execute("UPDATE triggers SET branch = 'release'") }
        #expect(try fixture.receive(trigger, push) == .ignored("branch"))
    }
}
