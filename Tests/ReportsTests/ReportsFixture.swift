import Domain
import Feed
import MariaDB
import Support

@testable import Reports

/// A database with a project, and the ways to fill and read it.
struct ReportsFixture {
    let database: TestDatabase
    let feed: FeedWriter
    let project: ID<Project>
    let suite: UUIDv7
    let noon = Timestamp("2026-11-21T12:00:00Z") ?? Timestamp(milliseconds: 0)
    let pool: Pool

    init() throws {
        database = try TestDatabase.fresh()
        pool = database.pool(at: noon, size: 4)
        feed = FeedWriter(pool)
        project = try feed.project("demo")
        suite = UUIDv7(at: noon)
    }

    func run(_ status: String = "passed", minutesAgo: Int64 = 0, durationMs: Int64? = 1_000) -> FeedWriter.Run {
        var run = FeedWriter.Run(
            project: project, definition: suite, finishedAt: noon.adding(ms: -minutesAgo * 60_000),
            durationMs: durationMs)
        run.status = status
        return run
    }

    @discardableResult
    func fold(batchRows: Int = 500) throws -> FeedFold.Pass {
        var total = FeedFold.Pass()
        var fold = FoldRollups(pool: pool, batchRows: batchRows)
        while true {
            let pass = try fold.runOnce(monotonicMs: 0) { _ in }
            total.read += pass.read
            total.folded += pass.folded
            total.setAside += pass.setAside
            if !pass.mayBeMore { return total }
        }
    }

    func runs() throws -> Int {
        try pool.read { connection in
            try connection.query("SELECT CAST(COALESCE(SUM(runs), 0) AS SIGNED) n FROM rollups WHERE bucket = 'hour'")
                .first?.int("n") ?? 0
        }
    }

    /// Every rollup as text, in a fixed order.
    func rollups() throws -> [String] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT CONCAT_WS('|', definition_id, bucket, bucket_start, environment, project_id, kind, \
                definition_key, runs, passed, failed, timeout, cancelled, aborted, duration_count, duration_sum_ms, \
                COALESCE(duration_min_ms, '-'), COALESCE(duration_max_ms, '-'), HEX(sketch)) AS line FROM rollups \
                ORDER BY definition_id, bucket, bucket_start, environment
                """
            ).map { try $0.text("line") }
        }
    }

    func count(_ table: StaticString) throws -> Int {
        try pool.read { try $0.first("SELECT COUNT(*) AS n FROM \(raw: table)")?.int("n") ?? -1 }
    }

    func series(
        bucket: RollupBucket = .hour, _ change: (inout MetricsQuery) -> Void = { _ in }
    ) throws -> MetricSeries {
        var query = MetricsQuery(
            project: project, kind: .suite, bucket: bucket, from: noon.adding(ms: -864_000_000),
            to: noon.adding(ms: 86_400_000))
        change(&query)
        return try Metrics(pool: pool).series(query)
    }
}
