import Domain
import Feed
import MariaDB
import Wire

/// The one writer of `executions.status`.
///
/// Each call decides by `ExecutionMachine` and adds one guarded change and exactly one event per edge to the journal.
enum ExecutionWriter {
    /// What else changes with the status.
    struct Change {
        var why: String?
        /// When it really began, for a suite that is told of its children later.
        var startedAt: Timestamp?
        /// When it really ended, for results that were made elsewhere.
        var finishedAt: Timestamp?
        var error: (code: String, message: String)?
        var fence: Int?
        var actor: UUIDv7?
        /// Members added to the body of the last edge's event.
        var detail: [String: JSONValue] = [:]
        /// Facts that come before the edges, such as the last steps.
        var before: [EventDraft] = []
        /// Facts that follow the edges, such as a dead letter.
        var after: [EventDraft] = []
    }

    /// Moves `execution` (locked by this transaction) along the edges of `event`.
    static func apply(
        _ event: ExecutionEvent, to execution: inout ExecutionRow, _ change: Change = Change(),
        _ journal: inout Journal, _ tx: Transaction
    ) throws {
        let transitions: [Transition]
        do {
            transitions = try ExecutionMachine.transitions(from: execution.status, kind: execution.kind, on: event)
        } catch {
            throw ExecutionFault.invalidTransition(from: execution.status)
        }
        guard let last = transitions.last else { return }
        let drafts =
            change.before
            + transitions.enumerated().map { index, transition in
                draft(transition, isLast: index == transitions.count - 1, execution, change, tx.now)
            } + change.after
        let before = execution.status
        let started: Timestamp? = last.to == .running && execution.startedAt == nil ? change.startedAt ?? tx.now : nil
        let finished: Timestamp? = last.to.isFinal ? change.finishedAt ?? tx.now : nil
        execution.status = last.to
        execution.startedAt = execution.startedAt ?? started
        journal.add(drafts, to: &execution, at: tx.now)
        let why = change.why ?? (last.to == .aborted || last.to == .retrying ? last.why : nil)
        journal.add(status: [
            last.to.sqlValue, execution.lastSeq.sqlValue, execution.attempts.sqlValue, started.sqlValue,
            finished.sqlValue, why.sqlValue, (change.error?.code).sqlValue,
            change.error.map { $0.message.cut(codePoints: 500) }.sqlValue, execution.id.sqlValue, before.sqlValue,
        ])
    }

    /// Writes status changes in order; each row is locked by this transaction.
    static func write(_ rows: [[SQLValue]], _ tx: Transaction) throws {
        guard !rows.isEmpty else { return }
        let found = try tx.bulk(
            """
            UPDATE executions SET status = ?, last_seq = GREATEST(last_seq, ?), attempts = ?, started_at = COALESCE(started_at, ?),
              finished_at = ?, reason = COALESCE(?, reason), error_code = COALESCE(?, error_code),
              error_message = COALESCE(?, error_message)
            WHERE id = ? AND status = ?
            """, rows: rows)
        guard found == rows.count else { throw ExecutionFault.notFound }
    }

    static func write(sequences rows: [[SQLValue]], _ tx: Transaction) throws {
        guard !rows.isEmpty else { return }
        try tx.bulk("UPDATE executions SET last_seq = GREATEST(last_seq, ?) WHERE id = ?", rows: rows)
    }

    /// Adds facts that are no transitions, such as progress.
    static func note(
        _ drafts: [EventDraft], on execution: inout ExecutionRow, _ journal: inout Journal, _ tx: Transaction
    ) throws {
        guard !drafts.isEmpty else { return }
        journal.add(drafts, to: &execution, at: tx.now)
        journal.add(sequenceOf: execution)
    }

    private static func draft(
        _ transition: Transition, isLast: Bool, _ execution: ExecutionRow, _ change: Change, _ now: Timestamp
    ) -> EventDraft {
        var body: [String: JSONValue] = isLast ? change.detail : [:]
        body["from"] = .string(transition.from.rawValue)
        body["to"] = .string(transition.to.rawValue)
        body["why"] = .string(isLast ? change.why ?? transition.why : transition.why)
        let name: EventName
        switch transition.to {
        case .running:
            name = .executionStarted
            if execution.kind == .case { body["attempt"] = .integer(Int64(execution.attempts)) }
        case .retrying:
            name = .executionRetrying
            body["attempt"] = .integer(Int64(execution.attempts))
        default:
            name = .executionFinished
            body["status"] = .string(transition.to.rawValue)
            body["final"] = .bool(isLast)
            if let error = change.error {
                body["error"] = ["code": .string(error.code), "message": .string(error.message.cut(codePoints: 500))]
            }
            let begin = execution.startedAt ?? now
            body["durationMs"] = .integer(max(0, (change.finishedAt ?? now).milliseconds(since: begin)))
        }
        if let fence = change.fence { body["fence"] = .integer(Int64(fence)) }
        return EventDraft(name, body, fence: change.fence, actor: change.actor)
    }
}
