import Domain
@testable import Executions
import MariaDB
import Support
import Testing

/// What lists cost does not depend on what they do not show: counted in rows read by the database.
@Suite struct QueryCostTests {
    /// 6,000 runs in two projects, every tenth of project `mine` a suite; one suite has 10,000 children of the same case
    /// that runs alone 3,000 times.
    private struct Archive {
        let database: TestDatabase
        /// One connection, whose counters tell.
        let pool: Pool
        let mine: ID<Project>
        let find: FindExecutions
        let suite: ID<Execution>

        init() throws {
            database = try TestDatabase.fresh()
            pool = Pool(database.settings, size: 1)
            suite = try #require(ID("01a1fd53-ffff-7000-8000-000000000a00"))
            find = FindExecutions(pool: pool)
            mine = try Bench.makeProject("mine", pool)
            let other = try Bench.makeProject("other", pool)
            let definition = UUIDv7(at: Timestamp(milliseconds: 7))
            try plant(mine, "8000", 3000, definition)
            try plant(other, "9000", 3000, definition)
            try plantChildren(definition)
            _ = try pool.read { connection in
                try connection.executeRaw("ANALYZE TABLE executions, execution_requests, attempts")
            }
        }

        private func plant(_ project: ID<Project>, _ variant: String, _ count: Int, _ definition: UUIDv7) throws {
            try pool.transaction { tx in
                try tx.execute(
                    """
                    INSERT INTO executions (id, project_id, project_key, number, kind, root_id, position, name, status,
                      created_at, started_at, finished_at, definition_id, definition_key, branch)
                    SELECT s.id, \(project), 'p', s.seq, IF(s.seq % 10 = 0, 'suite', 'case'), s.id, 0, CONCAT('run ', s.seq),
                      IF(s.seq % 100 = 0, 'failed', 'passed'), \(tx.now), \(tx.now), \(tx.now), \(definition),
                      IF(s.seq % 500 = 0, 'rare', 'often'), 'main'
                    FROM (SELECT seq, CONCAT('01a1fd53-ffff-7000-', \(variant), '-', LPAD(HEX(seq), 12, '0')) AS id
                      FROM seq_1_to_10000 WHERE seq <= \(count)) s
                    """)
                try tx.execute(
                    """
                    INSERT INTO execution_requests (execution_id, request)
                    SELECT id, '{"labels":[],"parameters":{},"startedBy":null}' FROM executions WHERE project_id = \(project)
                    """)
            }
        }

        /// Newer than every run, so that a list newest first meets them before it.
        private func plantChildren(_ definition: UUIDv7) throws {
            try pool.transaction { tx in
                try tx.execute(
                    """
                    INSERT INTO executions (id, project_id, project_key, kind, root_id, parent_id, position, name, status,
                      created_at, started_at, finished_at, definition_id, definition_key)
                    SELECT CONCAT('01a1fd54-0000-7000-8000-', LPAD(HEX(seq), 12, '0')), \(mine), 'p', 'case', \(suite), \(suite),
                      seq - 1, CONCAT('case ', seq), IF(seq % 100 = 0, 'failed', 'passed'), \(tx.now), \(tx.now), \(tx.now),
                      \(definition), 'often'
                    FROM seq_1_to_10000
                    """)
            }
        }

        /// Rows that `body` made the database read, and its result.
        func cost<Result>(_ body: () throws -> Result) throws -> (rows: Int, result: Result) {
            _ = try pool.read { try $0.executeRaw("FLUSH STATUS") }
            let result = try body()
            let rows = try pool.read { connection in
                try connection.executeRaw("SHOW SESSION STATUS LIKE 'Handler_read%'")
            }
            return (rows.reduce(0) { $0 + (Int($1.last.flatMap { $0 } ?? "0") ?? 0) }, result)
        }

        func list(
            _ limit: Int = 50, history: Bool = false, children: Bool = false, _ narrow: (inout ExecutionFilter) -> Void
        )
            throws -> ExecutionPage
        {
            var filter = ExecutionFilter()
            narrow(&filter)
            return try find.list(project: mine, filter, limit: limit, after: nil, history: history, children: children)
        }
    }

    @Test func `a page of runs reads about what it shows`() throws {
        let archive = try Archive()
        let first = try archive.cost { try archive.list { _ in }.items.count }
        #expect(first.result == 50 && first.rows < 500)
        let failed = try archive.cost { try archive.list { $0.statuses = [.failed] }.items.count }
        #expect(failed.result == 30 && failed.rows < 1500)
        let rare = try archive.cost { try archive.list { $0.definitionKeys = ["rare"] }.items.count }
        #expect(rare.result == 6 && rare.rows < 300)
        let deep = try archive.cost {
            try archive.find.list(
                project: archive.mine, ExecutionFilter(), limit: 50, after: ID("01a1fd53-ffff-7000-8000-000000000500")
            ).items.count
        }
        #expect(deep.result == 50 && deep.rows < 500)
    }

    @Test func `history and children of a page are read by ranges, not by rows of others`() throws {
        let archive = try Archive()
        let page = try archive.cost { try archive.list(history: true, children: true) { _ in }.items }
        #expect(page.rows < 4000)
        #expect(page.result.allSatisfy { $0["history"]?.array?.count == 12 })
        #expect(page.result.filter { $0["children"]?.array == [] }.count == 5)
        let suites = try archive.list(200, children: true) { $0.kinds = [.suite] }
        let ours = suites.items.first { $0["id"]?.string == archive.suite.description }
        #expect(suites.items.count == 200 && ours?["children"]?.array?.count == 500)
    }

    @Test func `history tells the runs up to each one, oldest first`() throws {
        let archive = try Archive()
        let page = try archive.list(3, history: true) { $0.statuses = [.failed] }
        // Runs 3000, 2900 and 2800 failed; the eleven before each passed.
        let expected = JSONValue.array(Array(repeating: "passed", count: 11) + ["failed"])
        #expect(page.items.map { $0["history"] } == [expected, expected, expected])
    }

    @Test func `children of a long suite cost the page, wherever it is`() throws {
        let archive = try Archive()
        func children(_ offset: Int, byUrgency: Bool = false, statuses: [ExecutionStatus] = []) throws -> [JSONValue] {
            try archive.find.children(
                of: archive.suite, project: archive.mine, statuses: statuses, key: nil, byUrgency: byUrgency,
                limit: 200,
                offset: offset
            ).items
        }
        let first = try archive.cost { try children(0) }
        #expect(first.result.last?["position"] == 199 && first.rows < 1700)
        // What is passed over is read in the index only.
        let deep = try archive.cost { try children(9800) }
        #expect(deep.result.count == 200 && deep.result.first?["position"] == 9800 && deep.rows < 1700 + 9800)
        let failed = try archive.cost { try children(0, statuses: [.failed]) }
        #expect(failed.result.count == 100 && failed.rows < 1200)
        let urgent = try children(0, byUrgency: true)
        #expect(urgent.prefix(100).allSatisfy { $0["status"] == "failed" } && urgent[100]["position"] == 0)
        let other = try Bench.makeProject("third", archive.pool)
        let foreign = try archive.find.children(
            of: archive.suite, project: other, statuses: [], key: nil, byUrgency: false, limit: 200, offset: 0)
        #expect(foreign.items.isEmpty)
    }
}
