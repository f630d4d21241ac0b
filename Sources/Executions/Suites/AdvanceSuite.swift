import Domain
import Feed
import MariaDB

/// One round of one suite: transactions of at most 200 children each.
struct AdvanceSuite {
    static let childrenPerStep = 200

    struct State {
        var didWrite = false
        var mayBeMore = false
        var isDone = false
    }

    let pool: Pool
    let lease: LeaderLease

    /// - Parameter isStale: nothing was heard of it for long: what its rows say is compared with its counters.
    func advance(
        _ id: ID<Execution>, _ memory: inout OpenSuite, isStale: Bool, monotonicMs: Int64
    ) throws -> State {
        guard let row = try read(id) else { return State(isDone: true) }
        guard memory.request.suite != nil else { throw ExecutionFault.notFound }
        let limit = AdvanceSuite.childrenPerStep
        var steps: [Int] = []
        if row.expanded < row.counts.total {
            steps.append(try expand(id, &memory, from: row.expanded, limit: limit))
        }
        if row.execution.cancelRequestedAt != nil || (memory.stopOnFailure && row.hasFailure) {
            steps.append(try step { try StopSuite.cancelChildren(id, limit: limit, $0) })
        } else if memory.isPaced {
            let request = memory.request
            steps.append(try step { try ReleaseChildren.release(id, request, limit: limit, $0) })
        }
        var state = State(didWrite: steps.contains { $0 > 0 }, mayBeMore: steps.contains(limit))
        let mayTell = memory.owesProgress && memory.mayTell(monotonicMs)
        if isStale || mayTell || row.isSettled(stopOnFailure: memory.stopOnFailure) {
            let outcome = try report(id, memory, isStale: isStale, monotonicMs)
            memory.note(outcome, monotonicMs)
            state.isDone = outcome.isDone
            state.didWrite = state.didWrite || outcome.didTell
        }
        return state
    }

    /// A transaction that proves the leadership first.
    private func step<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
        try pool.transaction { tx in
            try lease.touch(tx)
            return try body(tx)
        }
    }

    /// The suite as it stands, without a lock; nil when it is no open suite.
    private func read(_ id: ID<Execution>) throws -> SuiteRow? {
        try pool.read { connection in
            try connection.query(
                "SELECT \(sql: SuiteRow.columns) FROM executions WHERE id = \(id) AND kind = 'suite' AND finished_at IS NULL"
            ).first.map(SuiteRow.init)
        }
    }

    private func expand(_ id: ID<Execution>, _ memory: inout OpenSuite, from first: Int, limit: Int) throws -> Int {
        let cases = try memory.unwritten ?? pool.read { try RequestStore.cases(of: id, $0)[...] }
        let rest = cases.dropFirst(max(0, first - cases.startIndex))
        guard !rest.isEmpty else { throw ExecutionFault.notFound }
        let request = memory.request
        let written = try step { try ExpandSuite.expand(id, request, rest.prefix(limit), $0) }
        // An empty slice of a long list would keep the list.
        memory.unwritten = written == rest.count ? [] : rest.dropFirst(written)
        return written
    }

    private func report(
        _ id: ID<Execution>, _ memory: OpenSuite, isStale: Bool, _ monotonicMs: Int64
    ) throws -> ReportSuite.Outcome {
        try step { tx in
            guard var suite = try SuiteRow.lock([id], tx).first else { return ReportSuite.Outcome(isDone: true) }
            if isStale, try isOver(suite, tx) { try SuiteCounts.recount(&suite, tx) }
            var journal = Journal()
            let outcome = try ReportSuite(
                stopOnFailure: memory.stopOnFailure, mayTell: memory.mayTell(monotonicMs)
            ).write(&suite, startedAt: nil, hasChanged: memory.owesProgress, &journal, tx)
            try journal.write(tx)
            return outcome
        }
    }

    /// Whether all written children are final: no event of theirs can still come, so counting them is safe.
    private func isOver(_ suite: SuiteRow, _ tx: Transaction) throws -> Bool {
        try tx.first(
            """
            SELECT id FROM executions WHERE parent_id = \(suite.execution.id)
              AND status IN ('pending', 'running', 'retrying') LIMIT 1
            """) == nil
    }
}
