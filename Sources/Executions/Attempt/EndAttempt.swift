import Domain
import Feed
import MariaDB
import Wire

/// Ends a running attempt: the one place that decides between a final status and another try.
///
/// Called by the agent's finish and by the scheduler (deadline, cancel grace, lost agent); all rows are locked.
enum EndAttempt {
    struct Ending {
        var verdict: Verdict
        var error: (code: String, message: String)?
        var cpuMs: Int64?
        var maxRssBytes: Int64?
        var bytesWritten: Int64?
        /// The last steps, told before the end.
        var lastFacts: [EventDraft] = []
        /// What the trace holds now, when the steps come with the end.
        var trace: TraceStore.Totals?
    }

    static func apply(
        _ ending: Ending, _ item: inout WorkItemRow, _ execution: inout ExecutionRow, _ journal: inout Journal,
        _ tx: Transaction
    ) throws {
        let isCancelled = item.cancelRequestedAt != nil || execution.cancelRequestedAt != nil
        let verdict: Verdict = isCancelled ? .cancelled : ending.verdict
        let fence = item.fence
        let retry = isCancelled ? nil : try retryDelay(verdict, item, execution, tx)
        closeAttempt(item, status: verdict.rawValue, ending, &journal, tx)
        var detail: [String: JSONValue] = [:]
        if let retry {
            let due = tx.now.adding(ms: retry)
            detail["notBefore"] = .string(due.description)
            try WorkItemWriter.apply(
                .backedOff, to: &item, notBefore: due, sortKey: execution.priority.sortKey(runnableAt: due),
                &journal, tx)
        } else {
            try WorkItemWriter.apply(verdict == .cancelled ? .cancelled : .finished, to: &item, &journal, tx)
        }
        if verdict == .cancelled {
            try ExecutionWriter.apply(
                .ended(.cancelled, retry: false), to: &execution,
                .init(why: "cancelled", error: nil, fence: fence, before: ending.lastFacts), &journal, tx)
        } else {
            try ExecutionWriter.apply(
                .ended(verdict, retry: retry != nil), to: &execution,
                .init(error: ending.error, fence: fence, detail: detail, before: ending.lastFacts), &journal, tx)
        }
    }

    /// The agent, its session or its inventory lost the attempt: ready again, or aborted after too many losses.
    static func lose(
        _ item: inout WorkItemRow, _ execution: inout ExecutionRow, _ journal: inout Journal, _ tx: Transaction
    ) throws {
        if item.cancelRequestedAt != nil || execution.cancelRequestedAt != nil {
            try apply(Ending(verdict: .cancelled), &item, &execution, &journal, tx)
            return
        }
        let lossesLeft = item.losses + 1 < RetryPolicy.infrastructureLosses
        let fence = item.fence
        closeAttempt(item, status: "lost", Ending(verdict: .failed, error: ("agent_lost", "")), &journal, tx)
        try WorkItemWriter.apply(lossesLeft ? .lost : .gaveUp, to: &item, &journal, tx)
        let message = "The agent was lost \(item.losses + 1) times."
        try ExecutionWriter.apply(
            .agentLost(lossesLeft: lossesLeft), to: &execution,
            .init(
                why: "agent_lost", error: lossesLeft ? nil : ("agent_lost", message), fence: fence,
                after: lossesLeft ? [] : [EventDraft(.executionDeadLettered, ["reason": "agent_lost"])]), &journal, tx
        )
        if !lossesLeft { try DeadLetters.record(execution, reason: "agent_lost", tx) }
    }

    private static func retryDelay(
        _ verdict: Verdict, _ item: WorkItemRow, _ execution: ExecutionRow, _ tx: Transaction
    ) throws -> Int64? {
        guard verdict == .failed || verdict == .timeout else { return nil }
        let (own, root) = try RequestStore.read(execution, tx)
        guard let one = own.case else { return nil }
        let policy = root.retryPolicy(of: one)
        let tries = execution.attempts - item.losses
        return policy.retries(verdict, afterAttempt: tries) ? policy.delayMs(afterAttempt: tries) : nil
    }

    private static func closeAttempt(
        _ item: WorkItemRow, status: String, _ ending: Ending, _ journal: inout Journal, _ tx: Transaction
    ) {
        journal.add(ending: [
            status.sqlValue, tx.now.sqlValue, item.acceptedAt.map { max(0, tx.now.milliseconds(since: $0)) }.sqlValue,
            ending.error.map { $0.code.cut(codePoints: 32) }.sqlValue, ending.cpuMs.sqlValue,
            ending.maxRssBytes.sqlValue,
            ending.bytesWritten.sqlValue, (ending.trace?.steps).sqlValue, (ending.trace?.bytes).sqlValue,
            (ending.trace?.kind).sqlValue, item.execution.sqlValue, item.attempt.sqlValue, item.fence.sqlValue,
        ])
    }

    /// Writes the ends of attempts.
    static func write(_ rows: [[SQLValue]], _ tx: Transaction) throws {
        guard !rows.isEmpty else { return }
        try tx.bulk(
            """
            UPDATE attempts SET status = ?, finished_at = ?, duration_ms = ?, error_class = ?, cpu_ms = ?, max_rss_bytes = ?,
              bytes_written = ?, step_count = COALESCE(?, step_count), trace_bytes = COALESCE(?, trace_bytes),
              trace_kind = COALESCE(?, trace_kind)
            WHERE execution_id = ? AND attempt = ? AND fence = ?
            """, rows: rows)
    }
}
