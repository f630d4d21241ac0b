import Domain
import MariaDB
import Support
import Testing

@testable import Reports

@Suite struct RebuildRollupsTests {
    /// Random runs of several definitions over three days, folded in batches of random size.
    @Test(arguments: 0..<6)
    func `folding event by event gives the bytes of a rebuild`(round: Int) throws {
        let fixture = try ReportsFixture()
        let definitions = (0..<4).map { _ in UUIDv7(at: fixture.noon) }
        let statuses = ["passed", "failed", "timeout", "cancelled", "aborted"]
        for index in 0..<60 {
            var run = fixture.run(
                statuses.randomElement() ?? "passed", minutesAgo: Int64.random(in: 0...4_300),
                durationMs: Int.random(in: 0...9) == 0 ? nil : Int64.random(in: 0...600_000))
            run.definition = definitions.randomElement()
            run.key = "key-\(definitions.firstIndex { $0 == run.definition } ?? 0)"
            run.kind = run.key == "key-0" ? "case" : "suite"
            run.environment = Bool.random() ? "" : "staging"
            run.isRetried = Int.random(in: 0...4) == 0
            _ = try fixture.feed.store(run)
            if index % 7 == round { try fixture.feed.sequence() }
            if index % 11 == round { try fixture.fold(batchRows: Int.random(in: 1...9)) }
        }
        try fixture.feed.sequence()
        try fixture.fold(batchRows: Int.random(in: 1...20))
        let folded = try fixture.rollups()
        #expect(!folded.isEmpty)
        let counted = try RebuildRollups(pool: fixture.pool, pageRows: Int.random(in: 1...25))
            .rebuild(from: fixture.noon.adding(ms: -4 * 86_400_000)) { _ in }
        #expect(counted == 60)
        #expect(try fixture.rollups() == folded)
    }

    @Test func `a rebuild repairs damage, leaves older days alone and runs not yet folded to the fold`() throws {
        let fixture = try ReportsFixture()
        try fixture.feed.finish(fixture.run(minutesAgo: 3 * 1_440))
        try fixture.feed.finish(fixture.run("failed", minutesAgo: 5))
        try fixture.fold()
        let good = try fixture.rollups()
        try fixture.pool.transaction { tx in
            _ = try tx.execute("DELETE FROM rollups WHERE bucket = 'hour' AND failed = 1")
            _ = try tx.execute("UPDATE rollups SET runs = 2, passed = 2 WHERE passed = 1")
        }
        try fixture.feed.finish(fixture.run(minutesAgo: 1))
        _ = try fixture.feed.store(fixture.run(minutesAgo: 1))
        let rebuild = RebuildRollups(pool: fixture.pool)
        #expect(try rebuild.rebuild(from: fixture.noon.adding(ms: -3_600_000)) { _ in } == 1)
        #expect(try fixture.rollups().filter { good.contains($0) }.count == 2)
        #expect(try rebuild.rebuild(from: fixture.noon.adding(ms: -4 * 86_400_000)) { _ in } == 2)
        #expect(try fixture.rollups() == good)
        try fixture.feed.sequence()
        try fixture.fold()
        #expect(try fixture.series(bucket: .day).points.map(\.rollup.runs) == [1, 3])
    }

    @Test func `a rebuild without the leadership changes nothing`() throws {
        struct LostLeadership: Error {}
        let fixture = try ReportsFixture()
        try fixture.feed.finish(fixture.run())
        try fixture.fold()
        let before = try fixture.rollups()
        #expect(throws: LostLeadership.self) {
            try RebuildRollups(pool: fixture.pool).rebuild(from: fixture.noon) { _ in throw LostLeadership() }
        }
        #expect(try fixture.rollups() == before)
    }
}
