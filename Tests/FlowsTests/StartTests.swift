import Catalog
import Crypto
import Domain
import Executions
import Identity
import MariaDB
import Support
import Testing

@testable import Flows
@testable import Integrations

/// Runs are started from keys by whoever has some: no request is needed for it.
@Suite struct StartTests {
    let database: TestDatabase
    let project: ProjectRef
    let startRun: StartRun
    let starter = FrozenRequest.Starter(kind: "schedule", id: "nightly", name: "Nightly")
    private let secret = "a secret of sixteen"

    init() throws {
        database = try TestDatabase.fresh()
        let pool = database.pool
        let made = try Projects(pool: pool).create(key: "demo", name: "Demo", by: .system)
        project = ProjectRef(id: made.id, key: made.key)
        let cases = TestCases(pool: pool, audit: { _, _, _ in })
        let items = TestItems(pool: pool, audit: { _, _, _ in })
        _ = try cases.create(
            ["key": "hello", "steps": [["name": "wait", "wait": ["durationMs": 0]]]], project: made.id, by: .system)
        _ = try TestSuites(pool: pool, audit: { _, _, _ in }).create(
            ["key": "smoke", "cases": ["hello"]], project: made.id, by: .system)
        _ = try items.create(
            ["key": "data", "parameters": ["who": "item", "only": "item"]], project: made.id, by: .system)
        startRun = StartRun(
            plan: PlanRun(
                resolve: ResolveDefinitions(pool: pool), testItems: items, environments: Environments(pool: pool),
                settings: SettingsStore(pool: pool)),
            start: StartExecution(pool: pool))
    }

    private func count(_ table: SQL) throws -> Int {
        try database.pool.read { try $0.first("SELECT COUNT(*) AS n FROM \(sql: table)")?.int("n") ?? -1 }
    }

    private func key(_ text: String) -> IdempotencyKey {
        IdempotencyKey(principal: project.id.uuid, key: text, bodySHA256: Array(repeating: 1, count: 32))
    }

    @Test func `a run starts from keys, with what its caller writes beside it, once`() throws {
        var wish = RunWish()
        wish.testCase = "hello"
        wish.testItem = "data"
        wish.parameters = ["who": "wish"]
        func start(_ wish: RunWish) throws -> StartResult {
            try startRun.start(wish, in: project, startedBy: starter, idempotency: key("once")) { request in
                { tx, id in
                    #expect(request.parameters == ["who": "wish", "only": "item"])
                    let entry = AuditEntry("execution.start", "execution", id.description, after: request.audited)
                    try Audit.record(tx, entry, by: .system)
                }
            }
        }
        let first = try start(wish)
        #expect(!first.isReplay)
        let again = try start(wish)
        #expect(again.isReplay && again.id == first.id)
        #expect(try count("executions") == 1)
        let lines = try Audit(pool: database.pool).list(project: nil, cursor: nil, limit: nil).items
        #expect(lines.filter { $0.entry.action == "execution.start" }.map(\.entry.targetID) == [first.id.description])
    }

    @Test func `keys that lead nowhere are named together, and nothing is left of what failed beside`() throws {
        var wish = RunWish()
        wish.testSuite = "absent"
        wish.testItem = "absent"
        wish.environment = "absent"
        #expect {
            try startRun.start(wish, in: project, startedBy: starter, idempotency: nil) { _ in { _, _ in } }
        } throws: { error in
            guard case .invalid(let faults)? = error as? ExecutionFault else { return false }
            return faults.map(\.pointer) == ["/testSuite", "/testItem", "/environment"]
        }
        wish = RunWish()
        wish.testSuite = "smoke"
        #expect(throws: IdentityError.busy) {
            try startRun.start(wish, in: project, startedBy: starter, idempotency: nil) { _ in
                { _, _ in throw IdentityError.busy }
            }
        }
        #expect(try count("executions") == 0)
        #expect(try count("outbox") == 0)
    }

    // MARK: Webhooks

    private func hook(_ suite: String) throws -> (trigger: TriggerRecord, receive: ReceiveHook, start: StartFromHook) {
        let sealing = Sealing(seal: { plain, _ in plain }, open: { sealed, _ in sealed })
        let receive = ReceiveHook(pool: database.pool, sealing: sealing)
        let triggers = Triggers(pool: database.pool, sealing: sealing)
        let draft = TriggerDraft(name: "GitHub", secret: secret, suite: suite)
        let trigger = try database.pool.transaction { try triggers.create(draft, project: project.id, in: $0) }.record
        let start = StartFromHook(startRun: startRun, receiveHook: receive, projects: Projects(pool: database.pool))
        return (trigger, receive, start)
    }

    private let push: JSONValue = [
        "ref": "refs/heads/main", "after": "0123456789abcdef0123456789abcdef01234567", "deleted": false,
    ]

    private func deliver(_ receive: ReceiveHook, _ trigger: TriggerRecord, _ id: String) throws -> HookOutcome {
        let body = push.serialized()
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
        let hex = code.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let headers = [
            "x-github-event": "push", "x-github-delivery": id, "x-hub-signature-256": "sha256=" + hex,
        ]
        return try receive.receive(
            key: trigger.key, header: { headers[$0.lowercased()] }, body: body, remote: "192.0.2.7")
    }

    @Test func `a webhook's run is recorded with it and stands in the audit log`() throws {
        let (trigger, receive, start) = try hook("smoke")
        guard case .start(let asked) = try deliver(receive, trigger, "d-1") else {
            Issue.record("not accepted")
            return
        }
        let result = try start.start(
            asked, body: push.serialized(), remoteAddress: "192.0.2.7", requestID: "r-1")
        #expect(try deliver(receive, trigger, "d-1") == .replayed(result.id, first: nil))
        #expect(try deliver(receive, trigger, "d-2") == .replayed(result.id, first: "d-1"))
        let lines = try Audit(pool: database.pool).list(project: project.id, cursor: nil, limit: nil).items
        let line = try #require(lines.first { $0.entry.action == "execution.start" })
        #expect(line.actorName == "GitHub" && line.remoteAddress == "192.0.2.7" && line.requestID == "r-1")
        #expect(line.entry.after?["testSuite"] == "smoke")
    }

    @Test func `a trigger whose suite is gone fails its delivery and starts nothing`() throws {
        let (trigger, receive, start) = try hook("absent")
        guard case .start(let asked) = try deliver(receive, trigger, "d-1") else {
            Issue.record("not accepted")
            return
        }
        #expect(throws: ExecutionFault.self) {
            try start.start(asked, body: push.serialized(), remoteAddress: "", requestID: "")
        }
        let log = try TriggerDeliveries(pool: database.pool).list(of: trigger.id, project: project.id, limit: 5)
        #expect(log.map(\.state) == [.failed])
        #expect(log.first?.reason?.contains("/testSuite") == true)
        #expect(try count("executions") == 0)
    }
}

extension Sealing {
    fileprivate init(seal: @escaping @Sendable ([UInt8]) -> [UInt8], open: @escaping @Sendable ([UInt8]) -> [UInt8]) {
        self.init(seal: { plain, _ in seal(plain) }, open: { sealed, _ in open(sealed) })
    }
}
