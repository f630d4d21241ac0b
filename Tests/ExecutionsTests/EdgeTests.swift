import Domain
@testable import Executions
import Feed
import MariaDB
import Support
import Testing
import Wire

/// Edges that a seeded fault once crossed without being noticed.
@Suite struct EdgeTests {
    @Test func `an end that comes before a step names the one that is missing`() throws {
        let (bench, offer, agent) = try running(try Bench())
        #expect(throws: ExecutionFault.stepGap(expected: 3)) {
            var report = AttemptReport(
                offer.execution, steps: StepsRequest(fence: 1, firstSeq: 1, steps: [stepResult(1), stepResult(2)]))
            report.finish = FinishRequest(fence: 1, lastSeq: 4, verdict: .passed)
            _ = try TakeReports(pool: bench.pool).take(report, by: agent)
        }
    }

    @Test func `what a program did not use is told as nothing, what is below nothing too`() throws {
        let (bench, offer, agent) = try running(try Bench())
        let usage = ResourceUsage(cpuMs: 0, maxRssBytes: 0, bytesWritten: -1)
        _ = try bench.finishing(
            offer.execution, FinishRequest(fence: 1, lastSeq: 0, verdict: .passed, resourceUsage: usage), by: agent)
        let attempt = try #require(
            try ReadAttempts(pool: bench.pool).attempts(of: offer.execution, project: bench.project).first)
        #expect(attempt["resourceUsage"] == ["cpuMs": 0, "maxRssBytes": 0, "bytesWritten": 0])
    }

    @Test(arguments: [Verdict.failed, .timeout])
    func `only the verdicts that the policy names are tried again`(retried: Verdict) throws {
        for verdict in Verdict.allCases {
            let bench = try Bench()
            let policy = RetryPolicy(maxAttempts: 2, backoffMs: 0, on: [retried])
            let (_, offer, agent) = try running(bench, try bench.makeCase("flaky", retry: policy))
            let answer = try bench.finish(offer, agent, verdict)
            #expect(answer.final == (verdict != retried), "\(verdict)")
        }
    }

    @Test func `a case that was aborted stops a suite like one that failed`() throws {
        let bench = try Bench()
        var gone = try bench.makeCase("gone")
        gone.version = 7
        let suite = try bench.startSuite([gone, try bench.makeCase("sound")], parallel: 1, stopOnFailure: true)
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        #expect(throws: ExecutionFault.notFound) { try bench.accept(offer, agent) }
        try bench.settle()
        #expect(try bench.offers(agent).isEmpty, "the next case is not released")
        let document = try FindExecutions(pool: bench.pool).get(suite, in: [bench.project])
        #expect(document["counts"]?["aborted"] == 1 && document["counts"]?["cancelled"] == 1)
    }

    @Test func `why a bucket waits is written at most once a second`() throws {
        let bench = try Bench()
        let lease = try bench.lease("engine")
        let ids = try (0..<2).map {
            try bucket(of: try bench.start(try bench.makeCase("case-\($0)"), key: "k\($0)"), bench)
        }
        var notes = WaitNotes(pool: bench.pool)
        try notes.write([ids[0]: .noAgent], lease, monotonicMs: 5000)
        #expect(try waiting(bench) == [ids[0]])
        try notes.write([ids[1]: .noAgent], lease, monotonicMs: 5000 + WaitNotes.everyMs - 1)
        #expect(try waiting(bench) == [ids[0]], "too soon")
        try notes.write([ids[1]: .noAgent], lease, monotonicMs: 5000 + WaitNotes.everyMs)
        #expect(try waiting(bench) == [ids[1]])
    }

    @Test func `a trace stays one document up to 50 steps and 256 KiB, and not one more`() throws {
        func kind(steps: Int, bytes: Int) throws -> String {
            var addition = try TraceStore.Addition(
                execution: ID(at: Timestamp(milliseconds: 1)), attempt: 1, steps: (1...steps).map { stepResult($0) })
            let missing = bytes - addition.bytes
            if missing > 0 {
                addition = try TraceStore.Addition(
                    execution: addition.execution, attempt: 1,
                    steps: [stepResult(1, padding: missing)] + (2..<(steps + 1)).map { stepResult($0) })
                // The padding's own length takes digits too.
                let over = addition.bytes - bytes
                addition = try TraceStore.Addition(
                    execution: addition.execution, attempt: 1,
                    steps: [stepResult(1, padding: missing - over)] + (2..<(steps + 1)).map { stepResult($0) })
                #expect(addition.bytes == bytes)
            }
            return TraceStore.totals(of: addition).kind
        }
        #expect(try kind(steps: 50, bytes: 0) == "embedded" && kind(steps: 51, bytes: 0) == "rows")
        #expect(try kind(steps: 1, bytes: 262_144) == "embedded" && kind(steps: 1, bytes: 262_145) == "rows")
    }

    @Test func `what took no time took 0 ms, and a clock that went back takes none`() throws {
        let (bench, offer, agent) = try running(try Bench())
        let id = offer.execution
        try bench.execute(
            "UPDATE work_items SET accepted_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE execution_id = \(id)")
        try bench.finish(offer, agent)
        let attempt = try #require(try ReadAttempts(pool: bench.pool).attempts(of: id, project: bench.project).first)
        #expect(attempt["durationMs"] == 0)
        try bench.execute("UPDATE executions SET started_at = created_at, finished_at = created_at WHERE id = \(id)")
        let document = try FindExecutions(pool: bench.pool).get(id, in: [bench.project])
        #expect(document["queueWaitMs"] == 0 && document["totalDurationMs"] == 0)
    }

    @Test func `a pass tells of offers only when it made some`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        #expect(try FindExecutions(pool: bench.pool).get(id, in: [bench.project])["stepCount"] == 0)
        _ = try bench.agent()
        let lease = try bench.lease("engine")
        #expect(try bench.engine.runOnce(lease, monotonicMs: 2_000_000).offered)
        #expect(try bench.engine.runOnce(lease, monotonicMs: 2_000_200).offered == false)
    }

    private func running(
        _ bench: Bench, _ one: FrozenRequest.Case? = nil
    ) throws -> (Bench, Holding, AgentCaller) {
        _ = try bench.start(try one ?? bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        return (bench, offer, agent)
    }

    private func bucket(of id: ID<Execution>, _ bench: Bench) throws -> Int {
        try #require(
            try bench.pool.read { try $0.first("SELECT bucket_id FROM work_items WHERE execution_id = \(id)") }
        ).int("bucket_id")
    }

    private func waiting(_ bench: Bench) throws -> [Int] {
        try bench.pool.read { try $0.query("SELECT id FROM queue_buckets WHERE wait_reason IS NOT NULL ORDER BY id") }
            .map { try $0.int("id") }
    }
}
