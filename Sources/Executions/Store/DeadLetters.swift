import Domain
import Feed
import MariaDB
import Wire

/// Keeps work that cannot be done, with its reason.
enum DeadLetters {
    /// Aborts a pending or retrying execution (its work item already is dead) and records why.
    static func abort(
        _ execution: inout ExecutionRow, reason: String, message: String, _ journal: inout Journal, _ tx: Transaction
    ) throws {
        try ExecutionWriter.apply(
            .aborted(reason: reason), to: &execution,
            .init(
                error: (code: reason, message: message),
                after: [EventDraft(.executionDeadLettered, ["reason": .string(reason)])]), &journal, tx)
        try record(execution, reason: reason, tx)
    }

    static func record(_ execution: ExecutionRow, reason: String, _ tx: Transaction) throws {
        let detail: JSONValue = ["attempts": .integer(Int64(execution.attempts)), "name": .string(execution.name)]
        try tx.execute(
            """
            INSERT INTO dead_letters (execution_id, project_id, reason, detail, at)
            VALUES (\(execution.id), \(execution.project), \(reason), \(detail), \(tx.now))
            ON DUPLICATE KEY UPDATE reason = VALUES(reason), at = VALUES(at)
            """)
    }
}
