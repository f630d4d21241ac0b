import Domain
import Feed
import Glibc
import MariaDB
import Support
import Synchronization
import Testing

@testable import Reports

@Suite struct FoldRollupsTests {
    @Test func `finished runs are counted by hour and day`() throws {
        let fixture = try ReportsFixture()
        for (status, minutes) in [("passed", 10), ("failed", 20), ("timeout", 70), ("cancelled", 75), ("aborted", 80)] {
            try fixture.feed.finish(fixture.run(status, minutesAgo: Int64(minutes)))
        }
        #expect(try fixture.fold().folded == 5)
        let hours = try fixture.series().points
        #expect(hours.map(\.rollup.runs) == [3, 2])
        #expect(hours.map(\.rollup.passRate) == [0, 0.5])
        let day = try #require(try fixture.series(bucket: .day).points.first)
        #expect(day.bucketStart.description == "2026-11-21T00:00:00.000Z")
        #expect(day.rollup.runs == 5)
        #expect(day.rollup.timeout == 1)
        #expect(day.rollup.cancelled == 1)
        #expect(day.rollup.aborted == 1)
        #expect(day.rollup.durationMeanMs == 1_000)
        #expect(try fixture.series().asOf == fixture.noon)
    }

    @Test func `an idle pass does nothing`() throws {
        let fixture = try ReportsFixture()
        #expect(try fixture.fold() == FeedFold.Pass())
        try fixture.feed.finish(fixture.run())
        try fixture.fold()
        var fold = FoldRollups(pool: fixture.pool)
        let idle = try fold.runOnce(monotonicMs: 0) { _ in throw LeadershipLost(name: "folds") }
        #expect(idle == FeedFold.Pass())
    }

    @Test func `an end that a retry follows, an import and a jump are no runs`() throws {
        let fixture = try ReportsFixture()
        var retried = fixture.run()
        retried.isRetried = true
        try fixture.feed.finish(retried)
        var imported = fixture.run()
        imported.kind = "import"
        imported.definition = nil
        imported.key = nil
        try fixture.feed.finish(imported)
        let pass = try fixture.fold()
        #expect(pass.folded == 2 && pass.setAside == 0)
        #expect(try fixture.series().points.map(\.rollup.runs) == [1])
    }

    @Test func `a lost leadership or a crash counts nothing, and the next pass all`() throws {
        let fixture = try ReportsFixture()
        try fixture.feed.finish(fixture.run())
        var fold = FoldRollups(pool: fixture.pool)
        #expect(throws: LeadershipLost.self) {
            try fold.runOnce(monotonicMs: 0) { _ in throw LeadershipLost(name: "folds") }
        }
        #expect(try fixture.count("rollups") == 0)
        try fixture.fold()
        try fixture.fold()
        #expect(try fixture.series().points.map(\.rollup.runs) == [1])
    }

    @Test func `two folds at once count each run once`() throws {
        let fixture = try ReportsFixture()
        for minute in 0..<40 { _ = try fixture.feed.store(fixture.run(minutesAgo: Int64(minute))) }
        try fixture.feed.sequence()
        let counted = Mutex(0)
        onThreads(4) {
            var fold = FoldRollups(pool: fixture.pool, batchRows: 3)
            while let pass = try? fold.runOnce(monotonicMs: 0, touch: { _ in }), pass.read > 0 {
                counted.withLock { $0 += pass.folded }
            }
        }
        try fixture.fold()
        #expect(try fixture.series(bucket: .day).points.map(\.rollup.runs) == [40])
        #expect(counted.withLock { $0 } <= 40)
    }

    @Test func `environments are kept apart and read together`() throws {
        let fixture = try ReportsFixture()
        for environment in ["", "staging", "staging"] {
            var run = fixture.run()
            run.environment = environment
            try fixture.feed.finish(run)
        }
        try fixture.fold(batchRows: 1)
        #expect(try fixture.count("rollups") == 4)
        #expect(try fixture.series().points.map(\.rollup.runs) == [3])
        #expect(try fixture.series { $0.environment = "staging" }.points.map(\.rollup.runs) == [2])
    }

    @Test func `cases and suites, keys and projects are kept apart`() throws {
        let fixture = try ReportsFixture()
        let other = try fixture.feed.project("other")
        try fixture.feed.finish(fixture.run())
        var testCase = fixture.run()
        testCase.kind = "case"
        testCase.key = "login"
        testCase.definition = UUIDv7(at: fixture.noon)
        try fixture.feed.finish(testCase)
        var foreign = fixture.run()
        foreign.project = other
        foreign.definition = UUIDv7(at: fixture.noon)
        try fixture.feed.finish(foreign)
        try fixture.fold()
        #expect(try fixture.series().points.map(\.key) == ["nightly"])
        #expect(try fixture.series { $0.kind = .testCase }.points.map(\.key) == ["login"])
        #expect(try fixture.series { $0.key = "login" }.points.isEmpty)
        #expect(try fixture.series { $0.project = other }.points.count == 1)
        #expect(try fixture.series { $0.from = $0.to.adding(ms: -1) }.points.isEmpty)
        #expect(try fixture.series { $0.key = "x' OR '1'='1" }.points.isEmpty)
    }

    @Test func `the newest hundred verdicts are kept`() throws {
        let fixture = try ReportsFixture()
        for _ in 0..<105 { _ = try fixture.feed.store(fixture.run("failed")) }
        _ = try fixture.feed.store(fixture.run("cancelled"))
        _ = try fixture.feed.store(fixture.run("aborted"))
        try fixture.feed.sequence()
        try fixture.fold(batchRows: 7)
        let kept = try fixture.count("recent_outcomes")
        #expect((100..<100 + Int(RecentOutcomeStore.pruneEvery)).contains(kept))
        let positions = try fixture.pool.read { connection in
            try connection.query("SELECT MIN(pos) AS low, MAX(pos) AS high FROM recent_outcomes")
        }
        let low = try #require(try positions.first?.int("low"))
        #expect(try positions.first?.int("high") == low + kept - 1)
        let first = try fixture.pool.read { try $0.first("SELECT MIN(pos) pos FROM feed WHERE stream_id IS NOT NULL") }
        #expect(try first?.int("pos") == low - (105 - kept))
    }

    @Test func `a query that asks for too much or nothing is refused`() throws {
        let noon = Timestamp(milliseconds: 1_000_000_000)
        let project = ID<Project>(at: noon)
        var query = MetricsQuery(project: project, kind: .suite, bucket: .hour, from: noon, to: noon)
        #expect(query.faults.map(\.pointer) == ["?to"])
        query.to = noon.adding(ms: 3_600_000 * 1_600)
        #expect(query.faults.map(\.pointer) == ["?from"])
        query.bucket = .day
        #expect(query.faults.isEmpty)
    }
}

/// Runs `body` on threads of their own and waits for all.
func onThreads(_ count: Int, _ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var threads: [pthread_t] = []
    for _ in 0..<count {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        pthread_create(
            &thread, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Box>.fromOpaque(raw).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
}
