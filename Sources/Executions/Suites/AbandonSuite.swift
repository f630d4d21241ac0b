import Domain
import MariaDB

/// Ends a suite that cannot be carried on: what it was started with cannot be read or written.
enum AbandonSuite {
    static let reason = ExecutionErrorCode.suiteUnreadable.rawValue

    static func apply(_ id: ID<Execution>, _ tx: Transaction) throws {
        guard var suite = try SuiteRow.lock([id], tx).first else { return }
        let message = "What the suite was started with cannot be carried out; see what was set aside."
        var journal = Journal()
        if suite.execution.status == .pending {
            try DeadLetters.abort(&suite.execution, reason: reason, message: message, &journal, tx)
        } else {
            try ExecutionWriter.apply(
                .concluded(.aborted), to: &suite.execution, .init(why: reason, error: (reason, message)), &journal, tx)
        }
        try journal.write(tx)
    }
}
