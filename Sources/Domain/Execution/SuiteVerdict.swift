/// How many children of a suite stand where.
package struct ChildCounts: Equatable, Sendable, Codable {
    package var total = 0
    package var pending = 0
    package var running = 0
    package var retrying = 0
    package var passed = 0
    package var failed = 0
    package var timeout = 0
    package var cancelled = 0
    package var aborted = 0
    /// Left out; they decide nothing.
    package var skipped = 0
    /// Those of `failed` that broke instead of finding a fault; only imports tell.
    package var errors = 0

    package init() {}

    package var finished: Int { passed + failed + timeout + cancelled + aborted + skipped }

    package mutating func add(_ count: Int, _ status: ExecutionStatus) {
        switch status {
        case .pending: pending += count
        case .running: running += count
        case .retrying: retrying += count
        case .passed: passed += count
        case .failed: failed += count
        case .timeout: timeout += count
        case .cancelled: cancelled += count
        case .aborted: aborted += count
        case .skipped: skipped += count
        }
    }
}

/// Folds children into the verdict of their suite.
package enum SuiteVerdict {
    /// The suite's final status; call when every child that counts is final.
    ///
    /// - Parameter stoppedCount: children cancelled because of stop-on-failure, which do not count.
    package static func conclude(_ counts: ChildCounts, cancelRequested: Bool, stoppedCount: Int = 0) -> ExecutionStatus
    {
        if cancelRequested { return .cancelled }
        if counts.aborted > 0 { return .aborted }
        if counts.failed + counts.timeout > 0 { return .failed }
        if counts.cancelled > stoppedCount { return .cancelled }
        return .passed
    }
}
