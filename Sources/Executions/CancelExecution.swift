package import Domain
import Feed
package import MariaDB
import Wire

/// Asks a run to stop: at once when nobody runs it yet, else through its agent within the grace of 15 s.
package struct CancelExecution: Sendable {
    package static let graceMs: Int64 = 15_000

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Asking again changes nothing.
    ///
    /// - Throws: `ExecutionFault.notFound`; `.invalidTransition` when it is final.
    package func cancel(
        _ id: ID<Execution>, project: ID<Project>, by actor: UUIDv7?, name: String, reason: String?,
        alongside: Alongside = { _, _ in }
    ) throws {
        try pool.transaction { tx in
            guard try tx.first("SELECT id FROM executions WHERE id = \(id) AND project_id = \(project)") != nil else {
                throw ExecutionFault.notFound
            }
            var journal = Journal()
            try CancelExecution.apply(id, by: actor, name: name, reason: reason, why: "cancelled", &journal, tx)
            try alongside(tx, id)
            try journal.write(tx)
        }
    }

    /// Cancels one execution inside the caller's transaction; used by the suites loop for children.
    static func apply(
        _ id: ID<Execution>, by actor: UUIDv7?, name: String?, reason: String?, why: String, _ journal: inout Journal,
        _ tx: Transaction
    ) throws {
        let item = try WorkItemRow.lock(id, tx)
        var execution = try ExecutionRow.lock(id, tx)
        guard !execution.status.isFinal else { throw ExecutionFault.invalidTransition(from: execution.status) }
        guard execution.cancelRequestedAt == nil else { return }
        try tx.execute(
            """
            UPDATE executions SET cancel_requested_at = \(tx.now), cancelled_by = \(actor),
              cancelled_by_name = \(name.map { $0.cut(codePoints: 120) }), cancel_reason = \(reason.map { $0.cut(codePoints: 500) })
            WHERE id = \(id)
            """)
        if var item, item.state != .running {
            try WorkItemWriter.apply(.cancelled, to: &item, &journal, tx)
            try ExecutionWriter.apply(
                .cancelled, to: &execution,
                .init(why: why, actor: actor, detail: ["by": name.map { .string($0) } ?? .null]),
                &journal, tx)
            return
        }
        try WorkItemWriter.requestCancel(id, tx)
        try ExecutionWriter.note(
            [
                EventDraft(
                    .executionCancelRequested,
                    ["by": name.map { .string($0) } ?? .null, "reason": reason.map { .string($0) } ?? .null],
                    actor: actor)
            ], on: &execution, &journal, tx)
    }
}
