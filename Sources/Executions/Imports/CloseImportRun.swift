import Domain
import Feed
import MariaDB
import Wire

/// Ends the run of an import with the verdict over what was read.
enum CloseImportRun {
    /// An import that is open without anybody saying so ends so long after its last file.
    static let quietMs: Int64 = 600_000

    /// Ends it now; one that is final stays as it is.
    static func close(_ id: ID<Execution>, _ tx: Transaction) throws {
        var run = try ImportRunRow.lock(id, tx)
        guard !run.execution.status.isFinal else { return }
        var journal = Journal()
        let (verdict, error) = verdict(run)
        var change = ExecutionWriter.Change(
            why: run.execution.cancelRequestedAt != nil ? "cancelled" : run.failure?.code, finishedAt: run.latest,
            error: error)
        change.detail = ["counts": SuiteCounts.json(run.counts)]
        // Results know better than the arrival of their file when the run began.
        if let earliest = run.earliest { run.execution.startedAt = earliest }
        try ExecutionWriter.apply(.concluded(verdict), to: &run.execution, change, &journal, tx)
        try tx.execute("UPDATE import_runs SET close_at = NULL WHERE execution_id = \(id)")
        if let earliest = run.earliest {
            try tx.execute("UPDATE executions SET started_at = \(earliest) WHERE id = \(id)")
        }
        try journal.write(tx)
    }

    /// Any failed or timed out: failed; none at all: failed unless that was said to be right; a file that broke off: failed.
    private static func verdict(_ run: ImportRunRow) -> (ExecutionStatus, (code: String, message: String)?) {
        if run.execution.cancelRequestedAt != nil { return (.cancelled, nil) }
        if let failure = run.failure {
            return (failure.code == ExecutionErrorCode.bailOut.rawValue ? .aborted : .failed, failure)
        }
        let counts = run.counts
        if counts.failed + counts.timeout > 0 {
            return (
                .failed,
                (
                    ExecutionErrorCode.testFailed.rawValue,
                    "\(counts.failed + counts.timeout) of \(counts.total) tests did not pass."
                )
            )
        }
        if counts.total == 0, !run.allowsEmpty {
            return (.failed, (ExecutionErrorCode.noTests.rawValue, "The file held no test."))
        }
        return (.passed, nil)
    }
}
