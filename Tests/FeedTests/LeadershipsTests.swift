import Domain
import MariaDB
import Support
import Testing

@testable import Feed

@Suite struct LeadershipsTests {
    private let database: TestDatabase
    private let mine: Leaderships
    private let theirs: Leaderships

    init() throws {
        database = try TestDatabase.fresh()
        mine = Leaderships(owner: UUIDv7(at: Timestamp(milliseconds: 1)), pool: database.pool)
        theirs = Leaderships(owner: UUIDv7(at: Timestamp(milliseconds: 2)), pool: database.pool)
        for one in [mine, theirs] {
            one.stand(for: "engine")
            one.stand(for: "folds")
        }
    }

    private func expire() throws {
        try database.pool.transaction {
            try $0.execute("UPDATE leaderships SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
        }
    }

    @Test func `the first takes everything, the second stands by`() throws {
        #expect(try mine.runOnce(monotonicMs: 0) == ["engine", "folds"])
        #expect(try theirs.runOnce(monotonicMs: 0).isEmpty)
        #expect(mine.lease("engine", monotonicMs: 10) != nil)
        #expect(theirs.lease("engine", monotonicMs: 10) == nil)
        #expect(mine.lease("suites", monotonicMs: 10) == nil, "it does not stand for that")
    }

    @Test func `a lease is trusted for less time than its row lives`() throws {
        _ = try mine.runOnce(monotonicMs: 0)
        #expect(mine.lease("engine", monotonicMs: Leaderships.trustMs - 1) != nil)
        #expect(mine.lease("engine", monotonicMs: Leaderships.trustMs) == nil)
        _ = try mine.runOnce(monotonicMs: Int64(Leaderships.renewMs))
        #expect(mine.lease("engine", monotonicMs: Leaderships.trustMs - 1) != nil, "renewed or not, it is ours")
        #expect(Leaderships.trustMs < LeaderLease.leaseMs)
        #expect(2 * Int64(Leaderships.renewMs) < Leaderships.trustMs, "one renewal may be late")
    }

    @Test func `renewing is one statement, also beside a row that its loop has just touched`() throws {
        _ = try mine.runOnce(monotonicMs: 0)
        let lease = try #require(mine.lease("engine", monotonicMs: 1))
        try database.pool.transaction { try lease.touch($0) }
        let epoch = lease.epoch
        #expect(try mine.runOnce(monotonicMs: 1000).isEmpty)
        #expect(mine.lease("engine", monotonicMs: 1001)?.epoch == epoch)
        #expect(mine.lease("folds", monotonicMs: 1001) != nil)
    }

    @Test func `what expired is taken over with a new epoch, and the old leader notices`() throws {
        _ = try mine.runOnce(monotonicMs: 0)
        let old = try #require(mine.lease("engine", monotonicMs: 1))
        try expire()
        #expect(try theirs.runOnce(monotonicMs: 0) == ["engine", "folds"])
        #expect(theirs.lease("engine", monotonicMs: 1)?.epoch == old.epoch + 1)
        #expect(throws: LeadershipLost(name: "engine")) { try database.pool.transaction { try old.touch($0) } }
        mine.lost("engine")
        #expect(mine.lease("engine", monotonicMs: 1) == nil)
        #expect(try mine.runOnce(monotonicMs: 1000).isEmpty)
        #expect(mine.lease("folds", monotonicMs: 1001) == nil)
    }

    @Test func `released leases can be taken at once`() throws {
        _ = try mine.runOnce(monotonicMs: 0)
        try mine.release()
        #expect(mine.lease("engine", monotonicMs: 1) == nil)
        #expect(try theirs.runOnce(monotonicMs: 0) == ["engine", "folds"])
    }
}
