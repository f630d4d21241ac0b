import Domain
@testable import Executions
import Feed
import MariaDB
import Testing

@Suite struct HousekeepingTests {
    private func monthsAhead(_ bench: Bench) throws -> Int {
        try bench.pool.read { connection in
            try connection.query(
                """
                SELECT partition_name FROM information_schema.partitions
                WHERE table_schema = DATABASE() AND table_name IN ('events', 'step_results') GROUP BY partition_name HAVING COUNT(*) = 2
                """
            ).count
        }
    }

    @Test func `housekeeping purges the old and keeps partitions ahead`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.runAll(agent)
        try bench.execute("UPDATE work_items SET accepted_at = accepted_at - INTERVAL 2 DAY")
        try bench.execute("UPDATE feed SET at = at - INTERVAL 8 DAY")
        try bench.execute(
            """
            UPDATE work_items SET execution_id = \(UUIDv7.first(at: Timestamp(milliseconds: 1_700_000_000_000)))
            WHERE execution_id = \(id)
            """)
        var purge = PurgeOld(pool: bench.pool, rules: ExecutionRetention.rules, days: RetentionDays())
        let pass = try purge.runOnce(try bench.lease("housekeeping"), monotonicMs: 0)
        #expect(pass.removed["workItems"] == 1)
        let left = try bench.pool.read { try $0.first("SELECT COUNT(*) n FROM feed")?.int("n") }
        #expect((pass.removed["feed"] ?? 0) > 0 && left == 1, "the newest row stays: positions go on from it")
        #expect(try bench.state(id) == nil)
        var keep = KeepPartitions(pool: bench.pool, days: RetentionDays())
        // InnoDB's purge may hold a table for a moment; the hour counts from the pass that got through.
        var passes = 0
        while try monthsAhead(bench) < 5, passes < 1000 {
            #expect(try keep.runOnce(monotonicMs: 0).isEmpty)
            passes += 1
        }
        let partitions = try bench.pool.read { connection in
            try connection.query(
                "SELECT partition_name FROM information_schema.partitions WHERE table_schema = DATABASE() AND table_name = 'events'"
            ).map { try $0.text("partition_name") }
        }
        #expect(partitions.count >= 5 && partitions.last == "p_next")
        #expect(
            MonthPartition.months(from: try #require(Timestamp("2026-11-21T00:00:00Z")), count: 1)
                .map(\.upperBound.description) == ["01a22ee6-b000-7000-8000-000000000000"])
        #expect(MonthPartition(name: "p2026_11")?.end == Timestamp("2026-12-01T00:00:00Z"))
        #expect(MonthPartition(name: "p_next") == nil)
    }
}
