import Domain
@testable import Executions
import Feed
import MariaDB
import Testing
import Wire

/// What a project says of its runs holds for them, from their start on.
@Suite struct SettingsTests {
    private func set(_ bench: Bench, _ change: (inout ProjectSettings) -> Void) throws {
        var settings = ProjectSettings()
        change(&settings)
        _ = try bench.pool.transaction {
            try SettingsStore(pool: bench.pool).replace(settings, of: bench.project, ifMatch: .any, in: $0)
        }
    }

    private func start(_ bench: Bench, _ one: FrozenRequest.Case) throws -> ID<Execution> {
        var request = FrozenRequest(case: one)
        request.freeze(try SettingsStore(pool: bench.pool).read(bench.project).settings)
        return try StartExecution(pool: bench.pool).start(
            StartRequest(project: bench.project, projectKey: "demo", request: request)
        ).id
    }

    @Test func `a project runs as many cases at once as it says, and a change is seen at the next recount`() throws {
        let bench = try Bench()
        let agent = try bench.agent(slots: 10)
        for index in 0..<5 { _ = try bench.start(try bench.makeCase("case-\(index)")) }
        try set(bench) { $0.concurrency = 2 }
        try bench.settle()
        #expect(try bench.offers(agent).count == 2)
        try set(bench) { $0.concurrency = 4 }
        try bench.settle(ms: Dispatcher.recountMs, passes: 2)
        #expect(try bench.offers(agent).count == 4)
        try set(bench) { $0.concurrency = nil }
        try bench.settle(ms: Dispatcher.recountMs, passes: 2)
        #expect(try bench.offers(agent).count == 5, "what it does not say is left to the installation")
    }

    @Test func `time limits, retry and pace are those of the start, and the case and the request say more`() throws {
        let bench = try Bench()
        try set(bench) {
            ($0.timeoutMs, $0.stepTimeoutMs, $0.progressMs) = (70_000, 8000, 900)
            $0.retry = RetryPolicy(maxAttempts: 2, backoffMs: 0, on: [.failed])
        }
        let agent = try bench.agent()
        let plain = try start(bench, try bench.makeCase("plain"))
        let own = try start(bench, try bench.makeCase("own", retry: RetryPolicy(), timeoutMs: 5000))
        try set(bench) { $0.timeoutMs = 1 }
        try bench.settle()
        for offer in try bench.offers(agent) {
            let work = try bench.accept(offer, agent)
            #expect(work.stepTimeoutMs == 8000 && work.progressMs == 900)
            #expect(work.timeoutMs == (offer.execution == plain ? 70_000 : 5000))
            try bench.finish(offer, agent, .failed)
        }
        #expect(try bench.status(plain) == .retrying && bench.status(own) == .failed)
        let find = FindExecutions(pool: bench.pool)
        let held = try find.settings(of: own, project: bench.project).members
        #expect(held["timeoutMs"] == ["value": 5000, "from": "case"] && held["retry"]?["from"] == "case")
        #expect(held["stepTimeoutMs"] == ["value": 8000, "from": "project"])
        #expect(held["traceSteps"] == ["value": 50, "from": "system"])
        #expect(throws: ExecutionFault.notFound) {
            try find.settings(of: own, project: try Bench.makeProject("other", bench.pool))
        }
    }

    @Test func `a suite says for cases that say nothing, alone too when one is run again`() throws {
        let bench = try Bench()
        let agent = try bench.agent()
        try set(bench) { $0.timeoutMs = 70_000 }
        var request = FrozenRequest(
            suite: FrozenRequest.Suite(
                id: ID(at: Timestamp(milliseconds: 5)), key: "smoke", name: "Smoke", version: 1,
                cases: [try bench.makeCase("plain")], timeoutMs: 6000))
        request.freeze(try SettingsStore(pool: bench.pool).read(bench.project).settings)
        let suite = try StartExecution(pool: bench.pool).start(
            StartRequest(project: bench.project, projectKey: "demo", request: request)
        ).id
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        #expect(try bench.accept(offer, agent).timeoutMs == 6000)
        let find = FindExecutions(pool: bench.pool)
        #expect(
            try find.settings(of: offer.execution, project: bench.project).members["timeoutMs"]
                == ["value": 6000, "from": "suite"])
        try bench.finish(offer, agent)
        try bench.settle()
        #expect(try bench.status(suite) == .passed)
        let again = try RetryExecution(pool: bench.pool).retry(
            offer.execution, project: bench.project, failedOnly: false,
            startedBy: FrozenRequest.Starter(kind: "user", id: "nobody", name: "Alice"), idempotency: nil
        ).id
        try bench.settle()
        let alone = try #require(try bench.offers(agent).first { $0.execution == again })
        #expect(try bench.accept(alone, agent).timeoutMs == 6000)
    }

    @Test(arguments: [(1, "rows"), (2, "embedded"), (nil, "embedded")])
    func `a trace is kept in one piece up to as many steps as the project says`(limit: Int?, kind: String) throws {
        let bench = try Bench()
        try set(bench) { $0.traceSteps = limit }
        let agent = try bench.agent()
        let id = try start(bench, try bench.makeCase("plain"))
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        for step in 1...2 {
            let batch = StepsRequest(fence: offer.fence, firstSeq: step, steps: [stepResult(step)])
            try bench.record(id, batch, by: agent)
        }
        let stored = try bench.pool.read {
            try $0.first("SELECT trace_kind, step_count FROM attempts WHERE execution_id = \(id)")
        }
        #expect(try stored?.text("trace_kind") == kind && stored?.int("step_count") == 2)
    }

    @Test func `a suite tells of its progress as often as its project says`() throws {
        var request = FrozenRequest()
        var open = OpenSuite(request: request, monotonicMs: 0)
        open.note(.init(didTell: true), 0)
        #expect(!open.mayTell(249) && open.mayTell(250))
        var settings = ProjectSettings()
        settings.progressMs = 2000
        request.freeze(settings)
        open = OpenSuite(request: request, monotonicMs: 0)
        open.note(.init(didTell: true), 0)
        #expect(!open.mayTell(1999) && open.mayTell(2000))
    }

    @Test func `runs are kept as long as their project says, and those of others as the installation does`() throws {
        let bench = try Bench()
        let other = try Bench.makeProject("other", bench.pool)
        let agent = try bench.agent()
        let mine = try bench.start(try bench.makeCase("hello"))
        let theirs = try bench.start(try bench.makeCase("later"))
        try bench.runAll(agent)
        try bench.execute("UPDATE executions SET project_id = \(other) WHERE id = \(theirs)")
        let old = UUIDv7.first(at: Timestamp(milliseconds: 1_700_000_000_000))
        try bench.execute("UPDATE executions SET id = \(old), root_id = \(old) WHERE id = \(mine)")
        try bench.execute("UPDATE executions SET finished_at = finished_at - INTERVAL 40 DAY")
        let rules = ExecutionRetention.rules.filter { $0.name == ExecutionRetention.runs }
        func removed(_ days: String) throws -> Int {
            var purge = PurgeOld(pool: bench.pool, rules: rules, days: try RetentionDays(days, rules: rules))
            return try purge.runOnce(try bench.lease("housekeeping"), monotonicMs: 0).removed["executions"] ?? 0
        }
        try set(bench) { $0.keepRunsDays = 50 }
        #expect(try removed("executions:30") == 1, "of the other project only")
        #expect(try bench.pool.read { try $0.first("SELECT COUNT(*) n FROM executions")?.int("n") } == 1)
        try set(bench) { $0.keepRunsDays = 0 }
        #expect(try removed("executions:30") == 0, "0 is for ever")
        try set(bench) { $0.keepRunsDays = 39 }
        #expect(try removed("executions:0") == 1, "also where the installation keeps for ever")
    }

    @Test func `settings replace each other by version, and two at once are not both first`() throws {
        let bench = try Bench()
        let store = SettingsStore(pool: bench.pool)
        #expect(try store.read(bench.project).version == 0)
        func replace(_ match: VersionMatch) throws -> Int {
            try bench.pool.transaction {
                try store.replace(ProjectSettings(), of: bench.project, ifMatch: match, in: $0)
            }.after.version
        }
        #expect(try replace(0) == 1)
        #expect(throws: ExecutionFault.versionMismatch(current: 1)) { try replace(0) }
        #expect(try replace(1) == 2 && replace(.any) == 3)
    }
}
