import Domain
import FoundationEssentials
import Testing

@Suite struct RetryPolicyTests {
    @Test func `waits double up to ten minutes`() {
        let policy = RetryPolicy(maxAttempts: 10, backoffMs: 60_000, on: [.failed])
        #expect(
            (1...6).map { policy.delayMs(afterAttempt: $0) } == [60_000, 120_000, 240_000, 480_000, 600_000, 600_000])
        #expect(policy.delayMs(afterAttempt: 0) == 60_000 && policy.delayMs(afterAttempt: -3) == 60_000)
    }

    @Test(arguments: [0, 1, 599_999, 600_000, 600_001, Int64.max, -1, Int64.min])
    func `no backoff and no number of attempts overflows or goes back`(backoffMs: Int64) {
        let policy = RetryPolicy(backoffMs: backoffMs)
        var last: Int64 = 0
        for attempt in [1, 2, 3, 19, 20, 21, 22, 63, 64, 65, 1000, Int.max] {
            let delay = policy.delayMs(afterAttempt: attempt)
            #expect((0...600_000).contains(delay) && delay >= last)
            last = delay
        }
        #expect(policy.delayMs(afterAttempt: .max) == (backoffMs > 0 ? 600_000 : 0))
        #expect(policy.delayMs(afterAttempt: .min) == min(max(backoffMs, 0), 600_000))
    }

    @Test func `only failures and time-outs that the policy names are tried again, so often`() {
        for verdict in Verdict.allCases {
            let mayRetry = verdict == .failed || verdict == .timeout
            let policy = RetryPolicy(maxAttempts: 3, on: [verdict])
            #expect((1...4).map { policy.retries(verdict, afterAttempt: $0) } == [mayRetry, mayRetry, false, false])
            #expect(!RetryPolicy(maxAttempts: 3).retries(verdict, afterAttempt: 1))
        }
        #expect(!RetryPolicy(on: [.timeout]).retries(.failed, afterAttempt: 1))
    }

    @Test func `absent members have defaults`() throws {
        #expect(try JSONDecoder().decode(RetryPolicy.self, from: Data("{}".utf8)) == RetryPolicy())
        let policy = RetryPolicy(maxAttempts: 2, backoffMs: 5, on: [.timeout])
        #expect(try JSONDecoder().decode(RetryPolicy.self, from: try JSONEncoder().encode(policy)) == policy)
        #expect(RetryPolicy() == RetryPolicy(maxAttempts: 3, backoffMs: 1000, on: []))
    }
}

@Suite struct PriorityTests {
    @Test func `a higher priority overtakes by its minutes and then age wins`() {
        let now = Timestamp(milliseconds: 1_700_000_000_000)
        let keys = Priority.allCases.map { $0.sortKey(runnableAt: now) }
        #expect(keys == keys.sorted(by: >) && Set(keys).count == 4)
        #expect(Priority.normal.sortKey(runnableAt: now) == now.milliseconds)
        #expect(Priority.high.sortKey(runnableAt: now) > Priority.normal.sortKey(runnableAt: now.adding(ms: -600_001)))
        #expect(
            Priority.urgent.sortKey(runnableAt: now) < Priority.high.sortKey(runnableAt: now.adding(ms: -2_999_999)))
    }

    @Test func `an instant at the end of time does not come first`() {
        #expect(Priority.low.sortKey(runnableAt: Timestamp(milliseconds: .max)) == .max)
        #expect(Priority.urgent.sortKey(runnableAt: Timestamp(milliseconds: .min)) == .min)
    }
}

@Suite struct SuiteVerdictTests {
    private func counts(_ statuses: [ExecutionStatus: Int]) -> ChildCounts {
        var counts = ChildCounts()
        for (status, count) in statuses { counts.add(count, status) }
        return counts
    }

    @Test(
        arguments: [
            ([:], .passed), ([.passed: 3], .passed), ([.passed: 3, .failed: 1], .failed),
            ([.passed: 3, .timeout: 1], .failed),
            ([.passed: 3, .cancelled: 1], .cancelled), ([.failed: 1, .cancelled: 1], .failed),
            ([.aborted: 1, .failed: 9, .cancelled: 1], .aborted),
        ] as [([ExecutionStatus: Int], ExecutionStatus)])
    func `the worst child decides`(statuses: [ExecutionStatus: Int], verdict: ExecutionStatus) {
        #expect(SuiteVerdict.conclude(counts(statuses), cancelRequested: false) == verdict)
        #expect(SuiteVerdict.conclude(counts(statuses), cancelRequested: true) == .cancelled)
    }

    @Test func `children stopped after a failure do not count, others cancelled do`() {
        let stopped = counts([.passed: 1, .cancelled: 2])
        #expect(SuiteVerdict.conclude(stopped, cancelRequested: false, stoppedCount: 2) == .passed)
        #expect(SuiteVerdict.conclude(stopped, cancelRequested: false, stoppedCount: 1) == .cancelled)
    }

    @Test func `each status is counted where it belongs`() {
        let one = counts(Dictionary(uniqueKeysWithValues: ExecutionStatus.allCases.enumerated().map { ($1, $0 + 1) }))
        #expect([one.pending, one.running, one.retrying] == [1, 2, 3])
        #expect([one.passed, one.failed, one.timeout, one.cancelled, one.aborted] == [4, 5, 6, 7, 8])
        #expect(one.skipped == 9 && one.finished == 39 && one.total == 0)
    }
}
