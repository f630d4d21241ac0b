import Domain
import MariaDB

/// One step of one suite: a transaction of at most 200 children.
struct AdvanceSuite {
    static let childrenPerStep = 200

    struct State {
        var didWork = false
        var reported = false
        /// Something is to be told, but the last progress was less than 250 ms ago.
        var isWaitingForPace = false
        var mayBeMore = false
        var isDone = false
    }

    let pool: Pool
    let lease: LeaderLease

    /// - Parameter requests: what open suites were started with; immutable, so each is read once.
    func advance(
        _ id: ID<Execution>, _ requests: inout [ID<Execution>: FrozenRequest], mayReport: Bool
    ) throws -> State {
        guard let (before, expanded) = try read(id) else {
            requests[id] = nil
            return State(isDone: true)
        }
        let request = try requests[id] ?? pool.transaction { tx in try RequestStore.read(id, tx) }
        requests[id] = request
        guard let plan = request.suite else { return State(isDone: true) }
        let limit = AdvanceSuite.childrenPerStep
        var steps: [Int] = []
        if expanded < plan.cases.count {
            steps.append(try step { try ExpandSuite.expand(id, request, limit: limit, $0) })
        }
        steps.append(try step { try StopSuite.cancelChildren(id, plan, limit: limit, $0) })
        if plan.parallel != nil || plan.stopOnFailure {
            steps.append(try step { try ReleaseChildren.release(id, request, limit: limit, $0) })
        }
        var state = try step { try report(id, plan, before, mayReport: mayReport, $0) }
        state.didWork = state.didWork || steps.contains { $0 > 0 }
        state.mayBeMore = steps.contains(limit)
        return state
    }

    /// A transaction that proves the leadership first.
    private func step<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
        try pool.transaction { tx in
            try lease.touch(tx)
            return try body(tx)
        }
    }

    /// The counts the suite's row shows now and how many children it has written; nil when it is no open suite.
    private func read(_ id: ID<Execution>) throws -> (counts: [Int], expanded: Int)? {
        try pool.read { connection in
            guard
                let row = try connection.query(
                    """
                    SELECT \(sql: SuiteCounts.columns), children_expanded FROM executions
                    WHERE id = \(id) AND kind = 'suite' AND finished_at IS NULL
                    """
                ).first
            else { return nil }
            return (try SuiteCounts.values(row), try row.int("children_expanded"))
        }
    }

    private func report(
        _ id: ID<Execution>, _ plan: FrozenRequest.Suite, _ before: [Int], mayReport: Bool, _ tx: Transaction
    ) throws -> State {
        var suite = try ExecutionRow.lock(id, tx)
        guard !suite.status.isFinal else { return State(isDone: true) }
        let children = try SuiteCounts.read(id, total: plan.cases.count, tx)
        let counts = children.counts
        let now = SuiteCounts.values(counts)
        var journal = Journal()
        var state = State()
        if suite.status == .pending, let startedAt = children.startedAt {
            try ExecutionWriter.apply(.started, to: &suite, .init(startedAt: startedAt), &journal, tx)
            state.didWork = true
        }
        let hasFailure = counts.failed + counts.timeout + counts.aborted > 0
        let isStopped = suite.cancelRequestedAt != nil || (plan.stopOnFailure && hasFailure)
        let isSettled = counts.running + counts.retrying == 0 && counts.pending == children.unwritten
        if isSettled, children.unwritten == 0 || isStopped {
            try conclude(&suite, counts, stopped: children.stopped, &journal, tx)
            state.isDone = true
            state.didWork = true
        } else if now != before {
            if mayReport {
                try SuiteCounts.write(counts, to: id, tx)
                try ExecutionWriter.note(
                    [EventDraft("execution.progress", ["counts": SuiteCounts.json(counts)])], on: &suite, &journal, tx)
                state.reported = true
                state.didWork = true
            } else {
                state.isWaitingForPace = true
            }
        }
        try journal.write(tx)
        return state
    }

    private func conclude(
        _ suite: inout ExecutionRow, _ counts: ChildCounts, stopped: Int, _ journal: inout Journal, _ tx: Transaction
    ) throws {
        if suite.status == .pending, suite.cancelRequestedAt == nil, counts.aborted == 0 {
            try ExecutionWriter.apply(.started, to: &suite, .init(), &journal, tx)
        }
        let verdict = SuiteVerdict.conclude(
            counts, cancelRequested: suite.cancelRequestedAt != nil, stoppedCount: stopped)
        try SuiteCounts.write(counts, to: suite.id, tx)
        var change = ExecutionWriter.Change()
        change.detail = ["counts": SuiteCounts.json(counts)]
        if verdict == .failed {
            let failed = counts.failed + counts.timeout
            change.error = ("step_failed", "\(failed) of \(counts.total) cases did not pass.")
        }
        try ExecutionWriter.apply(.concluded(verdict), to: &suite, change, &journal, tx)
    }
}
