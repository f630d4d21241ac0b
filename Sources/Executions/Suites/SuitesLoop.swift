import Domain
package import Feed
package import MariaDB

/// Expands, counts, releases, stops and concludes suites; the one writer of a suite's row after its start.
///
/// Counters are carried forward from the children's events, in the transaction that moves the cursor: what a child
/// costs does not depend on how many there are. A suite that fails is set aside; the others go on.
package final class SuitesLoop {
    /// What one pass did.
    package struct Pass: Sendable {
        package var didWrite = false
        package var mayBeMore = false
        /// Whether a progress event is owed, or a suite is open that time alone may move.
        package var isWaiting = false
    }

    /// A suite of which nothing was heard for so long is looked at.
    static let quietMs: Int64 = 10_000
    /// One that waits for its time is looked at this often.
    static let lookMs: Int64 = 1000
    static let hopelessTries = 3

    private let pool: Pool
    private var epoch: Int64?
    private var feed: FeedFold
    private var setAside: SetAside
    private var open: [ID<Execution>: OpenSuite] = [:]
    /// Suites with something to expand, release, stop or tell.
    private var dirty: Set<ID<Execution>> = []

    package init(pool: Pool) {
        self.pool = pool
        feed = FeedFold(
            "suites", topics: [.queued, .started, .finished, .cancelRequested], pool: pool, batchRows: 1000)
        setAside = SetAside(loop: "suites.open", pool: pool)
    }

    /// One pass over what the feed tells and over the suites with work.
    package func runOnce(_ lease: LeaderLease, monotonicMs: Int64) throws -> Pass {
        do {
            if epoch != lease.epoch { try takeOver(lease) }
            var pass = Pass()
            try fold(lease, monotonicMs, &pass)
            try noteQuiet(monotonicMs)
            for id in dirty.sorted() {
                let state = try setAside.attempt("execution:\(id)", monotonicMs: monotonicMs) {
                    try advance(id, lease, monotonicMs)
                }
                guard let state else {
                    try abandonIfHopeless(id, lease)
                    continue
                }
                pass.didWrite = pass.didWrite || state.didWrite
                pass.mayBeMore = pass.mayBeMore || state.mayBeMore
            }
            pass.isWaiting = open.values.contains { $0.owesProgress || $0.waitsForTime }
            return pass
        } catch {
            epoch = nil
            throw error
        }
    }

    private func takeOver(_ lease: LeaderLease) throws {
        feed.reset()
        setAside.reset()
        open = [:]
        let rows = try pool.read { connection in
            try connection.query("SELECT id FROM executions WHERE kind = 'suite' AND finished_at IS NULL ORDER BY id")
        }
        dirty = Set(try rows.map { try $0.id("id") })
        epoch = lease.epoch
    }

    /// Carries the counters forward, one transaction for all suites of a batch.
    private func fold(_ lease: LeaderLease, _ monotonicMs: Int64, _ pass: inout Pass) throws {
        let read = try feed.runOnce(monotonicMs: monotonicMs, touch: lease.touch) { rows, tx in
            let facts = Dictionary(grouping: try ChildFact.read(rows, tx), by: \.suite)
            var journal = Journal()
            var told: [() -> Void] = []
            for var suite in try SuiteRow.lock(Set(rows.compactMap(\.root)), tx) {
                let id = suite.execution.id
                let facts = facts[id] ?? []
                for fact in facts { suite.apply(fact) }
                let memory = try memory(of: id, monotonicMs, tx)
                let outcome = try ReportSuite(
                    stopOnFailure: memory.stopOnFailure, mayTell: memory.mayTell(monotonicMs)
                ).write(
                    &suite, startedAt: facts.map(\.at).min(), hasChanged: !facts.isEmpty, &journal, tx)
                let hasMore = needsWork(suite, memory)
                told.append { self.take(outcome, of: id, hasMore: hasMore, monotonicMs) }
            }
            try journal.write(tx)
            // Memory follows when all is written: a transaction that is tried again must not find it changed half-way.
            for tell in told { tell() }
        }
        pass.didWrite = read.folded > 0
        pass.mayBeMore = read.mayBeMore
    }

    private func take(_ outcome: ReportSuite.Outcome, of id: ID<Execution>, hasMore: Bool, _ monotonicMs: Int64) {
        open[id]?.note(outcome, monotonicMs)
        if outcome.isDone { forget(id) } else if hasMore { dirty.insert(id) }
    }

    /// Whether a suite has more to do than to be counted.
    private func needsWork(_ suite: SuiteRow, _ memory: OpenSuite) -> Bool {
        suite.expanded < suite.counts.total || memory.isPaced || suite.execution.cancelRequestedAt != nil
    }

    private func noteQuiet(_ monotonicMs: Int64) throws {
        for (item, _) in try setAside.dueItems(monotonicMs: monotonicMs) {
            if let id = UUIDv7(item.dropFirst("execution:".count)) { dirty.insert(ID(id)) }
        }
        for (id, suite) in open
        where suite.owesProgress && suite.mayTell(monotonicMs) || monotonicMs - suite.heardAtMs >= Self.quietMs
            || suite.waitsForTime && monotonicMs - suite.lookedAtMs >= Self.lookMs
        {
            dirty.insert(id)
        }
    }

    private func memory(of id: ID<Execution>, _ monotonicMs: Int64, _ tx: Transaction) throws -> OpenSuite {
        if let known = open[id] { return known }
        let fresh = OpenSuite(request: try RequestStore.read(id, tx), monotonicMs: monotonicMs)
        open[id] = fresh
        return fresh
    }

    private func forget(_ id: ID<Execution>) {
        open[id] = nil
        dirty.remove(id)
    }

    /// After three failures the honest end of a suite is that it is aborted.
    private func abandonIfHopeless(_ id: ID<Execution>, _ lease: LeaderLease) throws {
        dirty.remove(id)
        guard try setAside.tries(of: "execution:\(id)") >= Self.hopelessTries else { return }
        try pool.transaction { tx in
            try lease.touch(tx)
            try AbandonSuite.apply(id, tx)
        }
        try setAside.forget("execution:\(id)")
        forget(id)
    }

    private func advance(_ id: ID<Execution>, _ lease: LeaderLease, _ monotonicMs: Int64) throws -> AdvanceSuite.State {
        var memory = try open[id] ?? pool.transaction { try self.memory(of: id, monotonicMs, $0) }
        let wasQuiet = monotonicMs - memory.heardAtMs >= Self.quietMs
        memory.lookedAtMs = monotonicMs
        if wasQuiet { memory.heardAtMs = monotonicMs }
        let state = try AdvanceSuite(pool: pool, lease: lease).advance(
            id, &memory, isStale: wasQuiet, monotonicMs: monotonicMs)
        open[id] = memory
        if state.isDone {
            forget(id)
        } else if !state.mayBeMore {
            dirty.remove(id)
        }
        return state
    }
}
