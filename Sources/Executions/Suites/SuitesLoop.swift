package import Domain
package import MariaDB

/// Expands, counts, releases, stops and concludes suites; the one writer of a suite's row after its start.
///
/// Counts are read from the children, not accumulated, so a crash at any point leaves nothing to repair.
/// What changed is found by the feed; every 2 s all open suites are looked at anyway.
package final class SuitesLoop {
    static let sweepMs: Int64 = 2000

    private let pool: Pool
    private let owner: UUIDv7
    private var lease: LeaderLease?
    private var feedPosition: Int?
    private var dirty: Set<ID<Execution>> = []
    private var lastSweepMs: Int64?
    private var lastLeaseMs: Int64?
    private var pace: [ID<Execution>: Int64] = [:]
    private var requests: [ID<Execution>: FrozenRequest] = [:]

    package init(pool: Pool, owner: UUIDv7) {
        self.pool = pool
        self.owner = owner
    }

    /// One pass over the suites that changed; returns whether it did something.
    package func runOnce(monotonicMs: Int64) throws -> Bool {
        do {
            guard let lease = try lead(monotonicMs) else { return false }
            try noteChanges(monotonicMs)
            var didWork = false
            var firstError: (any Error)?
            for suite in dirty.sorted() {
                do {
                    didWork = try advance(suite, lease, monotonicMs) || didWork
                } catch let error where !(error is LeadershipLost) {
                    // One suite that cannot go on must not hold up those behind it.
                    firstError = firstError ?? error
                }
            }
            if let firstError { throw firstError }
            return didWork
        } catch {
            lease = nil
            feedPosition = nil
            if error is LeadershipLost { return false }
            throw error
        }
    }

    private func advance(_ suite: ID<Execution>, _ lease: LeaderLease, _ monotonicMs: Int64) throws -> Bool {
        let state = try AdvanceSuite(pool: pool, lease: lease).advance(
            suite, &requests, mayReport: monotonicMs - (pace[suite] ?? .min / 2) >= 250)
        if state.reported { pace[suite] = monotonicMs }
        if !state.isWaitingForPace && !state.mayBeMore { dirty.remove(suite) }
        if state.isDone { pace[suite] = nil }
        return state.didWork
    }

    private func lead(_ monotonicMs: Int64) throws -> LeaderLease? {
        if let lease, let last = lastLeaseMs, monotonicMs - last < 1000 { return lease }
        let before = lease
        lease = try LeaderLease.acquire("suites", owner: owner, pool)
        lastLeaseMs = monotonicMs
        if before?.epoch != lease?.epoch {
            feedPosition = nil
            lastSweepMs = nil
        }
        return lease
    }

    private func noteChanges(_ monotonicMs: Int64) throws {
        let position =
            try feedPosition
            ?? pool.read { try $0.query("SELECT COALESCE(MAX(pos), 0) pos FROM feed").first?.int("pos") ?? 0 }
        feedPosition = position
        let rows = try pool.read { connection in
            try connection.query("SELECT pos, root_id FROM feed WHERE pos > \(position) ORDER BY pos LIMIT 1000")
        }
        for row in rows {
            feedPosition = try row.int("pos")
            if let root: ID<Execution> = try row.idOrNil("root_id") { dirty.insert(root) }
        }
        guard lastSweepMs.map({ monotonicMs - $0 >= SuitesLoop.sweepMs }) ?? true else { return }
        lastSweepMs = monotonicMs
        let open = try pool.read { connection in
            try connection.query("SELECT id FROM executions WHERE kind = 'suite' AND finished_at IS NULL ORDER BY id")
        }
        for row in open { dirty.insert(try row.id("id")) }
    }
}
