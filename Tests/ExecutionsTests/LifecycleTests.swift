import Domain
@testable import Executions
import MariaDB
import Testing
import Wire

@Suite struct LifecycleTests {
    @Test func `a case runs from start to passed with one event per edge`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        #expect(try bench.status(id) == .pending)
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        #expect(offer.execution == id && offer.fence == 1)
        let assignment = try bench.accept(offer, agent)
        #expect(assignment.definition.steps.count == 1 && assignment.attempt == 1)
        #expect(try bench.status(id) == .running)
        let reply = try bench.record(
            id, StepsRequest(fence: 1, firstSeq: 1, steps: [stepResult(1)], running: nil), by: agent)
        #expect(reply == StepsResponse(durableSeq: 1, cancel: false))
        #expect(try bench.finish(offer, agent, lastSeq: 1) == FinishResponse(status: .passed, final: true))
        #expect(
            try bench.events(id) == ["execution.queued", "execution.started", "execution.steps", "execution.finished"])
        #expect(try bench.state(id) == .done)
    }

    @Test func `accept and finish are idempotent for the same session and fence`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        let first = try bench.accept(offer, agent)
        #expect(try bench.accept(offer, agent) == first)
        try bench.finish(offer, agent, .failed)
        #expect(try bench.finish(offer, agent, .failed).status == .failed)
        #expect(try bench.events(id).filter { $0 == "execution.finished" }.count == 1)
    }

    @Test(arguments: ["\r\n", "👩‍👩‍👧‍👦", "क्षि"])
    func `texts of an agent are cut as the columns count`(character: String) throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        let long = String(repeating: character, count: 510)
        let finish = FinishRequest(
            fence: 1, lastSeq: 0, verdict: .failed,
            error: ExecutionError(code: String(repeating: character, count: 31), message: long))
        #expect(try bench.finishing(id, finish, by: agent).status == .failed)
        let row = try #require(
            try bench.pool.read {
                try $0.query("SELECT error_code, error_message FROM executions WHERE id = \(id)").first
            })
        #expect(try row.text("error_code").unicodeScalars.count == 32)
        #expect(try row.text("error_message").unicodeScalars.count == 500)
    }

    @Test func `a report that cannot be stored costs those beside it nothing`() throws {
        let bench = try Bench()
        for key in ["bad", "good"] { _ = try bench.start(try bench.makeCase(key)) }
        let agent = try bench.agent()
        try bench.settle()
        let held = try bench.offers(agent)
        try #require(held.count == 2)
        for holding in held { _ = try bench.accept(holding, agent) }
        // Beyond what a DATETIME takes, and enough steps for rows of their own.
        let beyond = (1...51).map { sequence in
            var step = stepResult(sequence)
            step.startedAt = Timestamp(milliseconds: 300_000_000_000_000)
            return step
        }
        let bad = AttemptReport(held[0].execution, steps: StepsRequest(fence: 1, firstSeq: 1, steps: beyond))
        let end = FinishRequest(fence: 1, lastSeq: 0, verdict: .passed)
        let answers = try TakeReports(pool: bench.pool).take(
            [bad, AttemptReport(held[1].execution, finish: end)], by: agent)
        #expect(throws: ExecutionFault.invalid([FieldFault("/steps", "cannot be stored")])) { try answers[0].get() }
        #expect(try answers[1].get().status == .passed)
        #expect(try bench.status(held[0].execution) == .running)
        _ = try bench.record(held[0].execution, StepsRequest(fence: 1, firstSeq: 1, steps: [stepResult(1)]), by: agent)
    }

    @Test func `a stranger, an old fence and an ended session change nothing`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        let other = try bench.agent("agent-2", labels: [], slots: 1)
        try bench.settle()
        let holder = try bench.offers(agent).isEmpty ? other : agent
        let stranger = holder == agent ? other : agent
        let offer = try #require(try bench.offers(holder).first)
        #expect(throws: ExecutionFault.staleFence) { try bench.accept(offer, stranger) }
        #expect(throws: ExecutionFault.staleFence) { try bench.accept(Holding(execution: id, fence: 9), holder) }
        _ = try bench.accept(offer, holder)
        #expect(throws: ExecutionFault.staleFence) { try bench.finish(offer, stranger) }
        #expect(throws: ExecutionFault.staleFence) {
            try bench.record(
                id, StepsRequest(fence: 2, firstSeq: 1, steps: [stepResult(1)]), by: holder)
        }
        let late: SQL = "SELECT fence FROM late_results WHERE execution_id = \(id)"
        #expect(try bench.pool.read { try $0.query(late) }.isEmpty, "who never held it has no result to be late with")
        let replaced = try bench.openSession(holder.agent)
        #expect(replaced != holder.session)
        #expect(throws: ExecutionFault.sessionEnded) { try bench.accept(offer, holder) }
        #expect(throws: ExecutionFault.staleFence) { try bench.finish(offer, holder) }
        #expect(try bench.pool.read { try $0.query(late) }.count == 1)
        #expect(try bench.status(id) == .retrying)
    }

    @Test func `steps are dense: overlap is dropped, a gap names the expected sequence`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        _ = try bench.record(
            id, StepsRequest(fence: 1, firstSeq: 1, steps: [stepResult(1), stepResult(2)]), by: agent)
        let again = try bench.record(
            id, StepsRequest(fence: 1, firstSeq: 2, steps: [stepResult(2), stepResult(3)]), by: agent)
        #expect(again.durableSeq == 3)
        let repeated = try bench.record(id, StepsRequest(fence: 1, firstSeq: 2, steps: [stepResult(2)]), by: agent)
        #expect(repeated.durableSeq == 3)
        #expect(throws: ExecutionFault.stepGap(expected: 4)) {
            try bench.record(id, StepsRequest(fence: 1, firstSeq: 9, steps: [stepResult(9)]), by: agent)
        }
        #expect(throws: ExecutionFault.stepGap(expected: 4)) { try bench.finish(offer, agent, lastSeq: 4) }
        let trace = try #require(try ReadTrace(pool: bench.pool).page(of: id, project: bench.project))
        let steps = try trace.steps.map { try jsonDecoded(StepResult.self, String(decoding: $0, as: UTF8.self)) }
        #expect(steps.map(\.sequence) == [1, 2, 3] && trace.storage == "embedded")
        #expect(throws: ExecutionFault.self) {
            try bench.record(id, StepsRequest(fence: 1, firstSeq: 4, steps: [stepResult(5)]), by: agent)
        }
        _ = try bench.record(
            id,
            StepsRequest(
                fence: 1, firstSeq: 4, steps: [],
                running: RunningStep(sequence: 4, path: "4", name: "now", startedAt: steps[0].startedAt)),
            by: agent)
        #expect(try bench.events(id).last == "execution.progress")
    }

    @Test(arguments: [(50, 0, "embedded"), (51, 0, "rows"), (4, 70_000, "rows")])
    func `the trace crosses into rows at the 51st step or 256 KiB`(count: Int, padding: Int, storage: String) throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        for sequence in 1...count {
            _ = try bench.record(
                id, StepsRequest(fence: 1, firstSeq: sequence, steps: [stepResult(sequence, padding: padding)]),
                by: agent)
        }
        let trace = try #require(try ReadTrace(pool: bench.pool).page(of: id, project: bench.project, attempt: 1))
        #expect(trace.storage == storage)
        let steps = try trace.steps.map { try jsonDecoded(StepResult.self, String(decoding: $0, as: UTF8.self)) }
        #expect(steps.map(\.sequence) == Array(1...count))
        #expect(steps.allSatisfy { $0.output?.stdout?.head.count == padding })
    }

    @Test func `a failed attempt is retried by policy and only the last failure is stored`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("flaky", retry: RetryPolicy(maxAttempts: 2, backoffMs: 1000, on: [.failed]))
        let id = try bench.start(one)
        let agent = try bench.agent()
        try bench.settle()
        let first = try #require(try bench.offers(agent).first)
        _ = try bench.accept(first, agent)
        #expect(try bench.finish(first, agent, .failed) == FinishResponse(status: .retrying, final: false))
        #expect(try bench.state(id) == .scheduled)
        let told = try bench.pool.read {
            try $0.first("SELECT body FROM events WHERE stream_id = \(id) AND type = 'execution.retrying'")?.json(
                "body")
        }
        let due = try bench.pool.read { try $0.first("SELECT not_before FROM work_items")?.time("not_before") }
        #expect(told?["notBefore"]?.string == due?.description, "pages read when the next try comes")
        try bench.settle()
        #expect(try bench.offers(agent).isEmpty)
        try bench.execute(
            "UPDATE work_items SET not_before = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE execution_id = \(id)")
        try bench.settle()
        let second = try #require(try bench.offers(agent).first)
        #expect(second.fence > first.fence)
        #expect(try bench.accept(second, agent).attempt == 2)
        #expect(try bench.finish(second, agent, .failed).status == .failed)
        #expect(
            try bench.events(id) == [
                "execution.queued", "execution.started", "execution.finished", "execution.retrying",
                "execution.started",
                "execution.finished",
            ])
        #expect(try ReadAttempts(pool: bench.pool).attempts(of: id, project: bench.project).count == 2)
    }

    @Test func `an idempotency key starts once and refuses another body`() throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        let principal = UUIDv7(at: Timestamp(milliseconds: 9))
        let key = IdempotencyKey(principal: principal, key: "k", bodySHA256: [UInt8](repeating: 1, count: 32))
        let first = try bench.start(one, idempotency: key)
        #expect(try bench.start(one, idempotency: key) == first)
        let other = IdempotencyKey(principal: principal, key: "k", bodySHA256: [UInt8](repeating: 2, count: 32))
        #expect(throws: ExecutionFault.idempotencyConflict) { try bench.start(one, idempotency: other) }
    }

    @Test func `a definition that is gone aborts the run and keeps a dead letter`() throws {
        let bench = try Bench()
        var gone = try bench.makeCase("gone")
        gone.version = 7
        let id = try bench.start(gone)
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        #expect(throws: ExecutionFault.notFound) { try bench.accept(offer, agent) }
        #expect(try bench.status(id) == .aborted)
        #expect(try bench.state(id) == .dead)
        let letters = try bench.pool.read { try $0.query("SELECT reason FROM dead_letters").count }
        #expect(letters == 1)
    }
}
