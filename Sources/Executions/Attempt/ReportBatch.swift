import Domain
import Feed
import MariaDB
import Wire

/// The reports of one transaction over locked rows: each is applied to memory, and all are written together.
struct ReportBatch {
    private var items: [ID<Execution>: WorkItemRow]
    private var executions: [ID<Execution>: ExecutionRow]
    private let caller: AgentCaller
    private var journal = Journal()
    private var acked: [[SQLValue]] = []
    private var output: [[SQLValue]] = []
    /// Attempts that ended: what they uploaded becomes visible.
    private var ended: [(execution: ID<Execution>, attempt: Int, fence: Int)] = []
    private var begun: [TraceStore.Addition] = []
    private var totals: [(execution: ID<Execution>, attempt: Int, totals: TraceStore.Totals)] = []

    init(
        items: [ID<Execution>: WorkItemRow], executions: [ID<Execution>: ExecutionRow], caller: AgentCaller
    ) {
        self.items = items
        self.executions = executions
        self.caller = caller
    }

    /// - Throws: `ExecutionFault` when this report cannot be applied; the batch is then as before. `HalfApplied` when
    ///   rows were written already: the transaction must not go on.
    mutating func apply(_ report: AttemptReport, _ tx: Transaction) throws -> ReportAnswer {
        try report.check()
        guard var item = items[report.execution], item.state == .running, caller.holds(item, fence: report.fence),
            var execution = executions[report.execution]
        else { return try replay(report, tx) }
        guard report.firstSeq <= item.stepAcked + 1 else {
            throw ExecutionFault.stepGap(expected: item.stepAcked + 1)
        }
        let fresh = report.steps.filter { $0.sequence > item.stepAcked }
        if let finish = report.finish, finish.lastSeq > item.stepAcked + fresh.count {
            throw ExecutionFault.stepGap(expected: item.stepAcked + fresh.count + 1)
        }
        let before = self
        do {
            return try change(report, fresh, &item, &execution, tx)
        } catch let fault as ExecutionFault {
            guard fresh.isEmpty || item.stepAcked == fresh.count else { throw HalfApplied(fault: fault) }
            self = before
            throw fault
        }
    }

    private mutating func change(
        _ report: AttemptReport, _ fresh: [StepResult], _ item: inout WorkItemRow, _ execution: inout ExecutionRow,
        _ tx: Transaction
    ) throws -> ReportAnswer {
        output += try report.output.map { try OutputStore.row($0, of: item) }
        let trace = try keep(fresh, &item, tx)
        let facts = StepFacts.drafts(fresh, running: report.running, attempt: item.attempt, fence: report.fence)
        var answer = ReportAnswer(durableSeq: item.stepAcked, cancel: item.cancelRequestedAt != nil)
        if let finish = report.finish {
            let attempt = item.attempt
            try EndAttempt.apply(ending(finish, facts, trace), &item, &execution, &journal, tx)
            ended.append((report.execution, attempt, report.fence))
            answer.status = execution.status
        } else {
            try ExecutionWriter.note(facts, on: &execution, &journal, tx)
            if let trace {
                totals.append((report.execution, item.attempt, trace))
                acked.append([item.stepAcked.sqlValue, item.execution.sqlValue, item.fence.sqlValue])
            }
        }
        items[report.execution] = item
        executions[report.execution] = execution
        return answer
    }

    /// Appends steps to the trace and acknowledges them.
    private mutating func keep(
        _ fresh: [StepResult], _ item: inout WorkItemRow, _ tx: Transaction
    ) throws -> TraceStore.Totals? {
        guard !fresh.isEmpty else { return nil }
        let addition = try TraceStore.Addition(
            execution: item.execution, attempt: item.attempt, steps: fresh,
            limit: item.traceSteps)
        let isFirst = item.stepAcked == 0
        if isFirst { begun.append(addition) }
        let trace = isFirst ? TraceStore.totals(of: addition) : try TraceStore.append(addition, tx)
        item.stepAcked += fresh.count
        return trace
    }

    private func ending(
        _ finish: FinishRequest, _ facts: [EventDraft], _ trace: TraceStore.Totals?
    ) -> EndAttempt.Ending {
        let usage = finish.resourceUsage
        return EndAttempt.Ending(
            verdict: finish.verdict,
            error: finish.error.map { (code: $0.code.cut(codePoints: 32), message: $0.message) },
            cpuMs: usage?.cpuMs.map { max(0, $0) }, maxRssBytes: usage?.maxRssBytes.map { max(0, $0) },
            bytesWritten: usage?.bytesWritten.map { max(0, $0) }, lastFacts: facts, trace: trace)
    }

    /// A verdict that was taken before gets the same answer; anything else of a past attempt is stale.
    private func replay(_ report: AttemptReport, _ tx: Transaction) throws -> ReportAnswer {
        guard let finish = report.finish,
            try tx.first(
                """
                SELECT status FROM attempts WHERE execution_id = \(report.execution) AND fence = \(report.fence)
                  AND session_id = \(caller.session) AND agent_id = \(caller.agent) AND status NOT IN ('running', 'lost')
                """) != nil, let execution = executions[report.execution]
        else { throw ExecutionFault.staleFence }
        return ReportAnswer(durableSeq: finish.lastSeq, cancel: false, status: execution.status)
    }

    func write(_ tx: Transaction) throws {
        try TraceStore.begin(begun, tx)
        if !acked.isEmpty {
            try tx.bulk("UPDATE work_items SET step_acked = ? WHERE execution_id = ? AND fence = ?", rows: acked)
        }
        try TraceStore.write(totals, tx)
        try OutputStore.write(output, tx)
        try showArtifacts(tx)
        try journal.write(tx)
    }

    /// Most attempts upload nothing: one look for all of them.
    private func showArtifacts(_ tx: Transaction) throws {
        guard !ended.isEmpty else { return }
        let uploaded: Set<ID<Execution>> = Set(
            try tx.query(
                "SELECT DISTINCT execution_id FROM artifacts WHERE execution_id IN (\(list: ended.map(\.execution)))"
            ).map { try $0.id("execution_id") })
        let rows = ended.filter { uploaded.contains($0.execution) }.map { entry in
            [entry.execution.sqlValue, entry.attempt.sqlValue, entry.fence.sqlValue]
        }
        guard !rows.isEmpty else { return }
        try tx.bulk(
            "UPDATE artifacts SET visible = TRUE WHERE execution_id = ? AND attempt = ? AND fence = ?", rows: rows)
    }
}

/// A report failed after rows of it were written: its transaction is rolled back.
struct HalfApplied: Error {
    let fault: ExecutionFault
}
