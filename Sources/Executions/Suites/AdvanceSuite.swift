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

    func advance(_ id: ID<Execution>, mayReport: Bool) throws -> State {
        guard let before = try read(id) else { return State(isDone: true) }
        let expanded = try pool.transaction { tx -> Int in
            try lease.touch(tx)
            return try ExpandSuite.expand(id, limit: AdvanceSuite.childrenPerStep, tx)
        }
        let stopped = try pool.transaction { tx -> Int in
            try lease.touch(tx)
            return try StopSuite.cancelChildren(id, limit: AdvanceSuite.childrenPerStep, tx)
        }
        let released = try pool.transaction { tx -> Int in
            try lease.touch(tx)
            return try ReleaseChildren.release(id, limit: AdvanceSuite.childrenPerStep, tx)
        }
        var state = try pool.transaction { tx -> State in
            try lease.touch(tx)
            return try report(id, before, mayReport: mayReport, tx)
        }
        let moved = expanded + stopped + released
        state.didWork = state.didWork || moved > 0
        state.mayBeMore =
            expanded == AdvanceSuite.childrenPerStep || stopped == AdvanceSuite.childrenPerStep
            || released == AdvanceSuite.childrenPerStep
        return state
    }

    /// The counts the suite's row shows now; nil when it is no open suite.
    private func read(_ id: ID<Execution>) throws -> [Int]? {
        try pool.read { connection in
            guard
                let row = try connection.query(
                    "SELECT \(sql: SuiteCounts.columns) FROM executions WHERE id = \(id) AND kind = 'suite' AND finished_at IS NULL"
                ).first
            else { return nil }
            return try SuiteCounts.values(row)
        }
    }

    private func report(_ id: ID<Execution>, _ before: [Int], mayReport: Bool, _ tx: Transaction) throws -> State {
        var suite = try ExecutionRow.lock(id, tx)
        guard !suite.status.isFinal else { return State(isDone: true) }
        let request = try RequestStore.read(id, tx)
        let total = request.suite?.cases.count ?? 0
        let children = try SuiteCounts.read(id, total: total, tx)
        let counts = children.counts
        let now = SuiteCounts.values(counts)
        var journal = Journal()
        var state = State()
        if suite.status == .pending, let startedAt = children.startedAt {
            try ExecutionWriter.apply(.started, to: &suite, .init(startedAt: startedAt), &journal, tx)
            state.didWork = true
        }
        let hasFailure = counts.failed + counts.timeout + counts.aborted > 0
        let isStopped = suite.cancelRequestedAt != nil || (request.suite?.stopOnFailure == true && hasFailure)
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
