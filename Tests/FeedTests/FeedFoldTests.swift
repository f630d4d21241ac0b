import Domain
import MariaDB
import Support
import Testing

@testable import Feed

/// A fold over a real feed that writes the sequence it saw into a table of its own.
private struct Folding {
    let database: TestDatabase
    let pool: Pool
    let writer: FeedWriter
    let project: ID<Project>
    let lease: LeaderLease
    var fold: FeedFold
    /// Streams whose rows cannot be folded.
    var poison: Set<UUIDv7> = []

    struct Poison: Error {}

    init(batchRows: Int = 500) throws {
        database = try TestDatabase.fresh()
        pool = database.pool
        writer = FeedWriter(pool)
        project = try writer.project("demo")
        lease = try #require(
            try LeaderLease.acquire("folds", owner: UUIDv7(at: Timestamp(milliseconds: 4)), pool))
        fold = FeedFold("test", topics: .finished, pool: pool, batchRows: batchRows)
        _ = try pool.read { try $0.executeRaw("CREATE TABLE seen (pos BIGINT PRIMARY KEY)") }
    }

    func finish() throws -> UUIDv7 {
        try writer.finish(
            FeedWriter.Run(
                project: project, definition: UUIDv7(at: Timestamp(milliseconds: 7)),
                finishedAt: Timestamp(milliseconds: 1_790_000_000_000))
        ).uuid
    }

    mutating func run(at monotonicMs: Int64 = 0) throws -> FeedFold.Pass {
        let poison = poison
        return try fold.runOnce(monotonicMs: monotonicMs, touch: lease.touch) { rows, tx in
            for row in rows {
                try tx.execute("INSERT INTO seen (pos) VALUES (\(row.pos))")
                if poison.contains(row.stream) { throw Poison() }
            }
        }
    }

    func count(_ table: StaticString) throws -> Int {
        try pool.read { try $0.first("SELECT COUNT(*) n FROM \(raw: table)")?.int("n") ?? -1 }
    }
}

@Suite struct FeedFoldTests {
    @Test func `every row is folded once, over batches and restarts`() throws {
        var folding = try Folding(batchRows: 2)
        for _ in 0..<5 { _ = try folding.finish() }
        var passes = 0
        while try folding.run().mayBeMore { passes += 1 }
        #expect(passes >= 2)
        #expect(try folding.count("seen") == 5)
        folding.fold.reset()
        #expect(try folding.run().folded == 0)
    }

    @Test func `one poisonous row is set aside and those around it are folded`() throws {
        var folding = try Folding()
        _ = try folding.finish()
        let bad = try folding.finish()
        _ = try folding.finish()
        folding.poison = [bad]
        let pass = try folding.run()
        #expect(pass.setAside == 1)
        #expect(try folding.count("seen") == 2)
        let rows = try folding.pool.read { try $0.query("SELECT loop_name, error, tries, project_id FROM set_aside") }
        #expect(try rows.map { try $0.text("loop_name") } == ["test"])
        #expect(try rows[0].text("error").contains("Poison") && rows[0].int("tries") == 1)
        #expect(try rows[0].idOrNil("project_id") == folding.project)
    }

    @Test func `what was set aside is tried again, later each time, and forgotten when it succeeds`() throws {
        var folding = try Folding()
        let bad = try folding.finish()
        folding.poison = [bad]
        _ = try folding.run(at: 0)
        _ = try folding.run(at: SetAside.firstWaitMs - 1)
        #expect(try folding.pool.read { try $0.first("SELECT tries FROM set_aside")?.int("tries") } == 1)
        _ = try folding.run(at: SetAside.firstWaitMs)
        #expect(try folding.pool.read { try $0.first("SELECT tries FROM set_aside")?.int("tries") } == 2)
        folding.poison = []
        _ = try folding.run(at: 2 * SetAside.firstWaitMs)
        #expect(try folding.count("seen") == 0, "the second wait is twice as long")
        // A person asks for it now; it is noticed at the next reading of the rows.
        try folding.pool.transaction { try $0.execute("UPDATE set_aside SET due_at = UTC_TIMESTAMP(3)") }
        _ = try folding.run(at: 2 * SetAside.firstWaitMs + SetAside.rereadMs)
        #expect(try folding.count("seen") == 1 && folding.count("set_aside") == 0)
    }

    @Test func `a lost leadership folds nothing and sets nothing aside`() throws {
        var folding = try Folding()
        _ = try folding.finish()
        try LeaderLease.releaseAll(of: folding.lease.owner, folding.pool)
        _ = try LeaderLease.acquire("folds", owner: UUIDv7(at: Timestamp(milliseconds: 5)), folding.pool)
        #expect(throws: LeadershipLost.self) { try folding.run() }
        #expect(try folding.count("seen") == 0 && folding.count("set_aside") == 0)
    }

    @Test func `rows of other topics move the cursor without a transaction each`() throws {
        var folding = try Folding()
        folding.fold = FeedFold("other", topics: .alerts, pool: folding.pool)
        for _ in 0..<3 { _ = try folding.finish() }
        let pass = try folding.run()
        #expect(pass.read >= 3 && pass.folded == 0)
        let cursor: SQL = "SELECT pos FROM feed_cursors WHERE name = 'other'"
        #expect(try folding.pool.read { try $0.first(cursor)?.int("pos") } == 0)
        _ = try folding.finish()
        _ = try folding.run(at: FeedFold.storeEveryMs)
        #expect(try folding.pool.read { try $0.first(cursor)?.int("pos") ?? 0 } > 0)
    }
}
