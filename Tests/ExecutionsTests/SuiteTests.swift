import Domain
@testable import Executions
import Feed
import MariaDB
import Testing
import Wire

@Suite struct SuiteTests {
    private func counts(_ bench: Bench, _ id: ID<Execution>) throws -> JSONValue? {
        try FindExecutions(pool: bench.pool).get(id, in: nil)["counts"]
    }

    @Test func `a suite runs its cases and passes`() throws {
        let bench = try Bench()
        let id = try bench.startSuite(try (1...5).map { try bench.makeCase("case-\($0)") })
        let agent = try bench.agent()
        try bench.runAll(agent)
        #expect(try bench.status(id) == .passed)
        #expect(try counts(bench, id)?["passed"] == 5)
        let queued = try bench.pool.read {
            try $0.first("SELECT body FROM events WHERE stream_id = \(id) AND seq = 1")?.json("body")
        }
        #expect(queued?["kind"] == "suite" && queued?["name"] == "Smoke")
        let types = try bench.events(id)
        #expect(
            types.first == "execution.queued" && types.last == "execution.finished"
                && types.contains("execution.started"))
        let children = try FindExecutions(pool: bench.pool).children(
            of: id, project: bench.project, statuses: [], key: nil, byUrgency: false, limit: 3, offset: 0)
        #expect(children.items.map { $0["position"] } == [0, 1, 2] && children.hasMore)
    }

    @Test func `any failure fails the suite`() throws {
        let bench = try Bench()
        let id = try bench.startSuite(try (1...3).map { try bench.makeCase("case-\($0)") })
        let agent = try bench.agent()
        try bench.runAll(agent) { try bench.name($0.execution) == "case-2" ? .failed : .passed }
        #expect(try bench.status(id) == .failed)
        let document = try FindExecutions(pool: bench.pool).get(id, in: [bench.project])
        #expect(document["error"]?["message"] == "1 of 3 cases did not pass.")
        let retry = try RetryExecution(pool: bench.pool).retry(
            id, project: bench.project, failedOnly: true, startedBy: .init(kind: "user", id: "x", name: "Alice"),
            idempotency: nil)
        #expect(try FindExecutions(pool: bench.pool).get(retry.id, in: nil)["counts"]?["total"] == 1)
        #expect(try FindExecutions(pool: bench.pool).get(retry.id, in: nil)["retryOf"] == .string(id.description))
    }

    @Test func `the parallel limit holds and order is kept`() throws {
        let bench = try Bench()
        _ = try bench.startSuite(try (1...4).map { try bench.makeCase("case-\($0)") }, parallel: 2)
        let agent = try bench.agent(slots: 10)
        try bench.settle()
        var held = try bench.offers(agent)
        #expect(try held.map { try bench.name($0.execution) } == ["case-1", "case-2"])
        let first = held.removeFirst()
        _ = try bench.accept(first, agent)
        try bench.finish(first, agent)
        try bench.settle()
        #expect(try bench.offers(agent).map { try bench.name($0.execution) } == ["case-2", "case-3"])
    }

    @Test func `stop on failure cancels what has not started and does not count it`() throws {
        let bench = try Bench()
        let id = try bench.startSuite(try (1...3).map { try bench.makeCase("case-\($0)") }, stopOnFailure: true)
        let agent = try bench.agent()
        try bench.runAll(agent) { _ in .failed }
        #expect(try bench.status(id) == .failed)
        let counts = try counts(bench, id)
        #expect(counts?["failed"] == 1 && counts?["cancelled"] == 2)
        let reasons = try bench.pool.read {
            try $0.query("SELECT reason FROM executions WHERE parent_id = \(id) AND status = 'cancelled'")
        }
        #expect(try reasons.map { try $0.text("reason") } == ["suiteStopped", "suiteStopped"])
    }

    @Test func `cancelling a suite stops its children, running ones through their agent`() throws {
        let bench = try Bench()
        let id = try bench.startSuite(try (1...3).map { try bench.makeCase("case-\($0)") })
        let agent = try bench.agent(slots: 1)
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        try CancelExecution(pool: bench.pool).cancel(
            id, project: bench.project, by: nil, name: "Alice", reason: "wrong branch")
        try bench.settle()
        #expect(try bench.status(id) == .running)
        #expect(try bench.finish(offer, agent).status == .cancelled)
        try bench.settle()
        #expect(try bench.status(id) == .cancelled)
        #expect(try counts(bench, id)?["cancelled"] == 3)
        #expect(throws: ExecutionFault.invalidTransition(from: .cancelled)) {
            try CancelExecution(pool: bench.pool).cancel(
                id, project: bench.project, by: nil, name: "Alice", reason: nil)
        }
    }

    @Test func `a limited suite that starts later is looked at without an event`() throws {
        let bench = try Bench()
        let later = try bench.pool.transaction { $0.now.adding(ms: 60_000) }
        let id = try bench.startSuite([try bench.makeCase("one")], parallel: 1, notBefore: later)
        try bench.settle()
        let child = try bench.pool.read {
            try $0.first("SELECT id, children_released FROM executions WHERE id = \(id)")?.int("children_released")
        }
        #expect(child == 0)
        let pass = try bench.suites.runOnce(try bench.lease("suites"), monotonicMs: 10_000_000)
        #expect(pass.isWaiting, "time alone will let it in: the loop must not sleep long")
        #expect(SuitesLoop.lookMs <= 1000)
    }

    @Test func `a suite of hundreds is expanded in steps, in order`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("many")
        let id = try bench.startSuite([FrozenRequest.Case](repeating: one, count: 450))
        try bench.settle()
        let positions = try bench.pool.read {
            try $0.query("SELECT position FROM executions WHERE parent_id = \(id) ORDER BY id")
        }
        #expect(try positions.map { try $0.int("position") }.sorted() == Array(0..<450))
        #expect(try counts(bench, id)?["pending"] == 450)
    }

    @Test func `an empty suite passes at once and a second look changes nothing`() throws {
        let bench = try Bench()
        let id = try bench.startSuite([])
        try bench.settle()
        #expect(try bench.status(id) == .passed)
        let before = try bench.events(id)
        try bench.settle()
        #expect(try bench.events(id) == before)
    }

    @Test func `a suite that cannot go on is set aside, holds up nobody, and is aborted in the end`() throws {
        let bench = try Bench()
        let broken = try bench.startSuite([try bench.makeCase("broken")])
        let sound = try bench.startSuite([])
        try bench.execute("UPDATE execution_requests SET request = '[]' WHERE execution_id = \(broken)")
        try bench.settle()
        #expect(try bench.status(sound) == .passed)
        #expect(try bench.status(broken) == .pending)
        let aside = try bench.pool.read { try $0.query("SELECT item FROM set_aside WHERE loop_name = 'suites.open'") }
        #expect(try aside.map { try $0.text("item") } == ["execution:\(broken)"])
        for _ in 0..<3 {
            try bench.execute("UPDATE set_aside SET due_at = UTC_TIMESTAMP(3)")
            try bench.settle(ms: SetAside.rereadMs, passes: 2)
        }
        #expect(try bench.status(broken) == .aborted)
        try bench.execute("UPDATE set_aside SET due_at = UTC_TIMESTAMP(3)")
        try bench.settle(ms: SetAside.rereadMs, passes: 2)
        let left = try bench.pool.read { try $0.query("SELECT item FROM set_aside").count }
        #expect(left == 0)
    }

    @Test func `what a child reads does not depend on the size of its suite`() throws {
        func bytesRead(byChildOf size: Int) throws -> Int {
            let bench = try Bench()
            let one = try bench.makeCase("many")
            let id = try bench.startSuite([FrozenRequest.Case](repeating: one, count: size))
            return try bench.pool.read {
                try $0.first("SELECT LENGTH(request) n FROM execution_requests WHERE execution_id = \(id)")?.int("n")
                    ?? 0
            }
        }
        #expect(try bytesRead(byChildOf: 400) == bytesRead(byChildOf: 4))
    }

    @Test func `counters follow retries, losses and cancels of children`() throws {
        let bench = try Bench()
        let flaky = try bench.makeCase("flaky", retry: RetryPolicy(maxAttempts: 2, backoffMs: 0, on: [.failed]))
        let id = try bench.startSuite([flaky, try bench.makeCase("sound"), try bench.makeCase("never")])
        let agent = try bench.agent(slots: 9)
        try bench.settle()
        let never = try #require(try bench.offers(agent).first { try bench.name($0.execution) == "never" })
        try CancelExecution(pool: bench.pool).cancel(
            never.execution, project: bench.project, by: nil, name: "Alice", reason: nil)
        var failures = 0
        try bench.runAll(agent) { holding in
            guard try bench.name(holding.execution) == "flaky", failures == 0 else { return .passed }
            failures += 1
            return .failed
        }
        #expect(try bench.status(id) == .cancelled, "a child cancelled by a person counts")
        let counts = try counts(bench, id)
        #expect(counts?["passed"] == 2 && counts?["cancelled"] == 1 && counts?["running"] == 0)
        #expect(counts?["pending"] == 0)
    }

    @Test func `a suite whose counters were lost is recounted when all its children are final`() throws {
        let bench = try Bench()
        let id = try bench.startSuite(try (1...3).map { try bench.makeCase("case-\($0)") })
        let agent = try bench.agent(slots: 9)
        try bench.settle()
        let held = try bench.offers(agent)
        for holding in held {
            _ = try bench.accept(holding, agent)
            try bench.finish(holding, agent)
        }
        // The cursor jumps over the ends of the children, as a restored backup might.
        _ = try bench.engine.runOnce(try bench.lease("engine"), monotonicMs: 2_000_000)
        try bench.execute("UPDATE feed SET topics = 0")
        try bench.settle()
        #expect(try bench.status(id) != .passed)
        try bench.settle(ms: SuitesLoop.quietMs + 1, passes: 4)
        #expect(try bench.status(id) == .passed)
    }

    @Test func `lists filter, page and count; history is oldest first`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        let agent = try bench.agent()
        let ids = try (0..<3).map { _ in try bench.start(one) }
        try bench.runAll(agent)
        let waiting = try bench.start(one)
        let find = FindExecutions(pool: bench.pool)
        let page = try find.list(
            project: bench.project, ExecutionFilter(), limit: 2, after: nil, history: true, children: true)
        #expect(page.items.map { $0["id"] } == [.string(waiting.description), .string(ids[2].description)])
        #expect(page.items[0]["history"] == ["passed", "passed", "passed", "pending"])
        let rest = try find.list(project: bench.project, ExecutionFilter(), limit: 2, after: page.next)
        #expect(rest.items.count == 2 && rest.next == nil)
        var filter = ExecutionFilter()
        filter.statuses = [.pending]
        filter.kinds = [.case]
        filter.types = [.generic]
        filter.definitionKeys = ["hello"]
        filter.branches = [""]
        filter.commit = ""
        filter.environments = [""]
        filter.number = 4
        filter.text = "hel%"
        filter.createdFrom = Timestamp(milliseconds: 0)
        filter.createdTo = Timestamp(milliseconds: 4_000_000_000_000)
        #expect(try find.list(project: bench.project, filter, limit: 9, after: nil).items.isEmpty)
        filter.text = "hel"
        #expect(try find.list(project: bench.project, filter, limit: 9, after: nil).items.count == 1)
        filter.starters = [UUIDv7(at: Timestamp(milliseconds: 1))]
        #expect(try find.list(project: bench.project, filter, limit: 9, after: nil).items.isEmpty)
        #expect(try find.counts(project: bench.project, ExecutionFilter()) == [.passed: 3, .pending: 1])
        #expect(try ReadQueue(pool: bench.pool).counts(project: bench.project).queued == 1)
        let other = try Bench.makeProject("other", bench.pool)
        #expect(throws: ExecutionFault.notFound) { try find.get(waiting, in: [other]) }
        #expect(try find.project(of: waiting) == bench.project)
        #expect(try find.feedPosition() > 0)
        let history = try ReadAttempts(pool: bench.pool).history(of: ids[0], project: bench.project)
        #expect(history.map { $0["to"] } == ["pending", "running", "passed"])
        let overview = try ReadQueue(pool: bench.pool).overview(
            project: bench.project, now: try bench.pool.transaction { $0.now })
        #expect(overview["depth"]?["ready"] == 1 && overview["slots"]?["total"] == 4)
    }
}
