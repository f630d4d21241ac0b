import Domain
@testable import Executions
import Glibc
import MariaDB
import Support
import Testing
import Wire

/// Names are the same only when their bytes are, and documents are as deep as our own limit allows.
@Suite struct IdentityTextTests {
    static let pairs = [["Log.txt", "log.txt"], ["é", "e"], ["😀", "🎉"], ["a", "a "]]

    /// Columns that compare otherwise, with the reason.
    private static let exceptions: [String: String] = [
        "leaderships.name": "written by this program only: words of its own",
        "schema_migrations.name": "file names of this repository",
        "schema_migrations.sha256": "hex made by the migrator",
    ]

    @Test func `every text column compares bytes`() throws {
        let database = try TestDatabase.fresh()
        let rows = try database.pool.read { connection in
            try connection.query(
                """
                SELECT CONCAT(table_name, '.', column_name) AS place, collation_name AS collation
                FROM information_schema.columns
                WHERE table_schema = DATABASE() AND collation_name IS NOT NULL AND data_type NOT IN ('enum', 'set')
                """)
        }
        #expect(rows.count > 100)
        for row in rows {
            let place = try row.text("place")
            let collation = try row.text("collation")
            #expect(collation.hasSuffix("_bin") || Self.exceptions[place] != nil, "\(place) is \(collation)")
        }
    }

    /// Keys whose pattern has no space may pad; everything that a person or a program under test names must not.
    @Test func `names that others choose do not ignore a trailing space`() throws {
        let database = try TestDatabase.fresh()
        for place in [
            ("artifacts", "name"), ("queue_buckets", "concurrency_key"), ("channels", "name"), ("executions", "branch"),
            ("alert_rules", "name"), ("subscriptions", "name"), ("triggers", "name"), ("triggers", "branch"),
            ("test_case_tags", "tag"), ("idempotency_keys", "idem_key"), ("trigger_deliveries", "delivery"),
        ] {
            let row = try database.pool.read { connection in
                try connection.query(
                    """
                    SELECT collation_name AS collation FROM information_schema.columns
                    WHERE table_schema = DATABASE() AND table_name = \(place.0) AND column_name = \(place.1)
                    """
                ).first
            }
            #expect(try row?.text("collation").hasSuffix("nopad_bin") == true, "\(place)")
        }
    }

    @Test(arguments: pairs)
    func `artifacts of different names are different artifacts`(pair: [String]) throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        let directory = "/tmp/assay-names-\(getpid())-\(id)"
        mkdir(directory, 0o700)
        defer { _ = system("rm -rf \(directory)") }
        let store = ArtifactStore(pool: bench.pool, directory: directory + "/store")
        for name in pair {
            let file = fopen(directory + "/upload", "w")
            fputs(name, file)
            fclose(file)
            _ = try store.put(
                id, fence: offer.fence, name: name, droppedBytes: 0, mediaType: "text/plain",
                file: directory + "/upload", by: agent)
        }
        try bench.finish(offer, agent)
        for name in pair {
            let found = try store.list(id, project: bench.project, name: name)
            #expect(found.map(\.name) == [name] && found.first?.bytes == name.utf8.count)
        }
    }

    @Test(arguments: pairs)
    func `different concurrency keys run beside each other`(pair: [String]) throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        for key in pair { _ = try bench.start(one, key: key) }
        let agent = try bench.agent()
        try bench.settle()
        #expect(try bench.offers(agent).count == 2)
    }

    @Test(arguments: pairs)
    func `a branch finds its own runs only, and a search finds both`(pair: [String]) throws {
        let bench = try Bench()
        let one = try bench.makeCase("hello")
        for branch in pair {
            let id = try bench.start(one)
            try bench.execute("UPDATE executions SET branch = \(branch), name = \(branch) WHERE id = \(id)")
        }
        let find = FindExecutions(pool: bench.pool)
        var filter = ExecutionFilter()
        filter.branches = [pair[0]]
        #expect(try find.list(project: bench.project, filter, limit: 10, after: nil).items.count == 1)
        filter.branches = []
        filter.text = "LOG.TXT"
        let found = try find.list(project: bench.project, filter, limit: 10, after: nil).items
        #expect(found.count == (pair[0] == "Log.txt" ? 2 : 0))
    }

    @Test(arguments: pairs)
    func `channels may have both names`(pair: [String]) throws {
        let bench = try Bench()
        for name in pair {
            try bench.pool.transaction { tx in
                try tx.execute(
                    """
                    INSERT INTO channels (id, project_id, name, kind, target, created_at, updated_at)
                    VALUES (\(UUIDv7(at: tx.now)), \(bench.project), \(name), 'webhook', 'x', \(tx.now), \(tx.now))
                    """)
            }
        }
    }

    private func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce("deep") { inner, _ in .array([inner]) } }

    @Test(arguments: [1, 60])
    func `a step as deep as a request may be is stored and read`(count: Int) throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        let agent = try bench.agent()
        try bench.settle()
        let offer = try #require(try bench.offers(agent).first)
        _ = try bench.accept(offer, agent)
        // Three levels of 64 are those of the request around a step.
        let steps = (1...count).map { number in
            var step = stepResult(number)
            step.input = nested(60)
            return step
        }
        let answer = try bench.record(
            id, StepsRequest(fence: offer.fence, firstSeq: 1, steps: steps), by: agent)
        #expect(answer.durableSeq == count)
        let page = try #require(try ReadTrace(pool: bench.pool).page(of: id, project: bench.project))
        let first = try JSONParser.parse(try #require(page.steps.first))
        #expect(first["input"] == nested(60))
        #expect(try bench.finish(offer, agent, lastSeq: count).status == .passed)
    }
}
