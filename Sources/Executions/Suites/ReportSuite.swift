import Domain
import Feed
import MariaDB
import Wire

/// Writes what changed of a suite: its start, its counters, its progress and its end.
struct ReportSuite {
    /// Between two progress events of a suite, unless its project says otherwise.
    static let paceMs: Int64 = 250

    struct Outcome {
        var isDone = false
        /// The counters changed, but the last progress event was less than `paceMs` ago.
        var owesProgress = false
        var didTell = false
    }

    let stopOnFailure: Bool
    /// Whether a progress event may be told now.
    let mayTell: Bool

    /// - Parameter startedAt: when the first child began, if it was told now.
    func write(
        _ suite: inout SuiteRow, startedAt: Timestamp?, hasChanged: Bool, _ journal: inout Journal, _ tx: Transaction
    ) throws -> Outcome {
        if suite.execution.status == .pending, let startedAt {
            try ExecutionWriter.apply(.started, to: &suite.execution, .init(startedAt: startedAt), &journal, tx)
        }
        if suite.isSettled(stopOnFailure: stopOnFailure) {
            try conclude(&suite, &journal, tx)
            return Outcome(isDone: true, didTell: true)
        }
        guard hasChanged else { return Outcome() }
        try SuiteCounts.write(suite, tx)
        guard mayTell else { return Outcome(owesProgress: true) }
        try tell(&suite, &journal, tx)
        return Outcome(didTell: true)
    }

    func tell(_ suite: inout SuiteRow, _ journal: inout Journal, _ tx: Transaction) throws {
        try ExecutionWriter.note(
            [EventDraft(.executionProgress, ["counts": SuiteCounts.json(suite.counts)])], on: &suite.execution,
            &journal, tx)
    }

    private func conclude(_ suite: inout SuiteRow, _ journal: inout Journal, _ tx: Transaction) throws {
        let counts = suite.counts
        if suite.execution.status == .pending, suite.execution.cancelRequestedAt == nil, counts.aborted == 0 {
            try ExecutionWriter.apply(.started, to: &suite.execution, .init(), &journal, tx)
        }
        let verdict = SuiteVerdict.conclude(
            counts, cancelRequested: suite.execution.cancelRequestedAt != nil, stoppedCount: suite.stopped)
        try SuiteCounts.write(suite, tx)
        var change = ExecutionWriter.Change()
        change.detail = ["counts": SuiteCounts.json(counts)]
        if verdict == .failed {
            let failed = counts.failed + counts.timeout
            change.error = ("step_failed", "\(failed) of \(counts.total) cases did not pass.")
        }
        try ExecutionWriter.apply(.concluded(verdict), to: &suite.execution, change, &journal, tx)
    }
}
