/// How a run ended, as counted by rollups. Raw values are the text in SQL and JSON.
package enum RunOutcome: String, CaseIterable, Sendable {
    case passed, failed, timeout, cancelled, aborted

    /// Says something about the product: cancelled and aborted runs do not.
    package var isVerdict: Bool { self != .cancelled && self != .aborted }
}

/// Counts and durations of the runs of one definition in one bucket; merging is commutative and exact.
package struct Rollup: Equatable, Sendable {
    package internal(set) var passed = 0
    package internal(set) var failed = 0
    package internal(set) var timeout = 0
    package internal(set) var cancelled = 0
    package internal(set) var aborted = 0
    package internal(set) var durationCount = 0
    package internal(set) var durationSumMs: Int64 = 0
    package internal(set) var durationMinMs: Int64?
    package internal(set) var durationMaxMs: Int64?
    package internal(set) var sketch = DurationSketch()

    package init() {}

    package var runs: Int { passed + failed + timeout + cancelled + aborted }

    /// Share of passed among the runs with a verdict; nil when there is none.
    package var passRate: Double? {
        let verdicts = passed + failed + timeout
        return verdicts > 0 ? Double(passed) / Double(verdicts) : nil
    }

    /// Mean duration in milliseconds of the runs that started and ended with a verdict.
    package var durationMeanMs: Double? {
        durationCount > 0 ? Double(durationSumMs) / Double(durationCount) : nil
    }

    /// Counts one run; `durationMs` only tells something when it started and ended by itself.
    package mutating func add(_ outcome: RunOutcome, durationMs: Int64?) {
        switch outcome {
        case .passed: passed += 1
        case .failed: failed += 1
        case .timeout: timeout += 1
        case .cancelled: cancelled += 1
        case .aborted: aborted += 1
        }
        guard outcome.isVerdict, let durationMs else { return }
        // A year is more than any run: a clock that jumped must not overflow the sum.
        let duration = min(max(0, durationMs), 31_536_000_000)
        durationCount += 1
        durationSumMs += duration
        durationMinMs = min(durationMinMs ?? duration, duration)
        durationMaxMs = max(durationMaxMs ?? duration, duration)
        sketch.add(duration)
    }

    package mutating func merge(_ other: Rollup) {
        passed += other.passed
        failed += other.failed
        timeout += other.timeout
        cancelled += other.cancelled
        aborted += other.aborted
        durationCount += other.durationCount
        durationSumMs += other.durationSumMs
        durationMinMs = [durationMinMs, other.durationMinMs].compactMap(\.self).min()
        durationMaxMs = [durationMaxMs, other.durationMaxMs].compactMap(\.self).max()
        sketch.merge(other.sketch)
    }
}
