import Domain
import Glibc
import MariaDB
import Support
import Testing
import Wire

@testable import Executions

/// Files of results become runs: read once, whatever dies on the way.
@Suite struct ImportTests {
    private static let junit = """
        <?xml version="1.0"?><testsuites><testsuite name="shop" timestamp="2024-05-01T10:00:00Z">
        <testcase classname="Cart" name="adds" time="0.5"/>
        <testcase classname="Cart" name="removes" time="1.25"><failure message="1 != 2" type="AssertionError">at Cart:12</failure>
          <system-out>looked at the cart</system-out></testcase>
        <testcase classname="Cart" name="pays" time="0"><error message="no network"/></testcase>
        <testcase classname="Cart" name="later"><skipped message="not yet"/></testcase>
        </testsuite></testsuites>
        """

    @Test func aFileBecomesARunWithItsTestsTracesAndVerdict() throws {
        let scene = try ImportScene()
        let share = try #require(
            try scene.take(Self.junit) {
                $0.suite = "nightly"
                $0.branch = "main"
                $0.commit = "abc1234"
            }.first)
        #expect(share.created && share.accepted == 4 && share.refused == 0 && share.duplicates == 0)
        let run = try scene.run(share.run)
        #expect(run["kind"] == "import" && run["status"] == "failed" && run["number"] == 1 && run["name"] == "nightly")
        #expect(run["definition"]?["key"] == "nightly" && run["revision"]?["branch"] == "main")
        let counts = run["counts"]
        #expect(counts?["total"] == 4 && counts?["passed"] == 1 && counts?["failed"] == 2)
        #expect(counts?["errors"] == 1 && counts?["skipped"] == 1 && counts?["pending"] == 0)
        #expect(run["error"]?["code"] == "test_failed" && run["error"]?["message"] == "2 of 4 tests did not pass.")
        #expect(run["startedAt"] == "2024-05-01T10:00:00.000Z" && run["totalDurationMs"] == 1750)
        let tests = try scene.children(share.run)
        #expect(tests.map { $0["status"]?.string } == ["passed", "failed", "failed", "skipped"])
        #expect(tests[1]["error"]?["code"] == "test_failed" && tests[2]["error"]?["code"] == "test_error")
        #expect(tests[1]["startedAt"] == "2024-05-01T10:00:00.500Z" && tests[1]["totalDurationMs"] == 1250)
        #expect(tests[0]["definition"]?["key"]?.string?.hasPrefix("cart-adds-") == true)
        let failed: ID<Execution> = try #require(ID(tests[1]["id"]?.string ?? ""))
        let page = try #require(
            try ReadTrace(pool: scene.bench.pool).page(of: failed, project: scene.bench.project))
        let step = try JSONParser.parse(try #require(page.steps.first))
        #expect(step["error"]?["message"] == "1 != 2" && step["error"]?["stack"] == "at Cart:12")
        #expect(step["output"]?["stdout"]?["head"] == "looked at the cart" && step["metadata"]?["className"] == "Cart")
    }

    @Test func theFeedIsToldOnceForAllResultsOfATransaction() throws {
        let scene = try ImportScene()
        let share = try #require(try scene.take(Self.junit).first)
        let events = try scene.bench.pool.read { connection in
            try connection.query("SELECT stream_id, type, body FROM events ORDER BY stream_id, seq")
        }
        #expect(
            try events.map { try $0.text("type") } == [
                "execution.queued", "execution.started", "execution.imported", "execution.finished",
            ])
        #expect(try events.allSatisfy { try $0.uuid("stream_id") == share.run.uuid })
        let body = try events[2].json("body")
        #expect(body["ids"]?.array?.count == 4 && body["counts"]?["failed"] == 2)
    }

    @Test func aRunKeyMakesARepeatADuplicateAndAnotherFileAShard() throws {
        let scene = try ImportScene()
        let first = try #require(try scene.take(Self.junit) { $0.runKey = "ci-7" }.first)
        let again = try #require(try scene.take(Self.junit) { $0.runKey = "ci-7" }.first)
        #expect(again.run == first.run && !again.created && again.accepted == 0 && again.duplicates == 4)
        #expect(try scene.run(first.run)["status"] == "running")
        let shard = try #require(
            try scene.take("<testsuite><testcase name='one more'/></testsuite>") {
                $0.runKey = "ci-7"
                $0.complete = true
            }.first)
        #expect(shard.run == first.run && shard.accepted == 1)
        let run = try scene.run(first.run)
        #expect(run["status"] == "failed" && run["counts"]?["total"] == 5)
        let late = try #require(
            try scene.take("<testsuite><testcase name='too late'/></testsuite>") { $0.runKey = "ci-7" }.first)
        #expect(late.accepted == 0 && late.refused == 1)
        let items = try scene.items.list(
            of: first.run, project: scene.bench.project, after: 0, limit: 10
        ).items
        #expect(items.map { $0["code"]?.string } == ["duplicate_file", "late_result"])
        #expect(try scene.run(first.run)["counts"]?["total"] == 5)
    }

    @Test func aDamagedFileKeepsWhatWasReadAndSaysWhere() throws {
        let scene = try ImportScene()
        let cut =
            String(try #require(Self.junit.split(separator: "<testcase classname=\"Cart\" name=\"pays\"").first))
            + "<oops"
        let share = try #require(try scene.take(cut).first)
        #expect(share.accepted == 2 && share.refused == 1)
        let run = try scene.run(share.run)
        #expect(run["status"] == "failed" && run["error"]?["code"] == "damaged_file")
        #expect(run["error"]?["message"]?.string?.hasPrefix("Line 5, column ") == true)
        let item = try #require(
            try scene.items.list(
                of: share.run, project: scene.bench.project, after: 0, limit: 10
            )
            .items.first)
        #expect(item["line"] == 5 && item["code"] == "damaged_file" && item["format"] == "junit")
    }

    @Test func noTestsIsAFailureUnlessSaidToBeRight() throws {
        let scene = try ImportScene()
        let empty = try #require(try scene.take("<testsuites/>").first)
        #expect(try scene.run(empty.run)["error"]?["code"] == "no_tests")
        let fine = try #require(try scene.take("<testsuites/>") { $0.allowEmpty = true }.first)
        #expect(try scene.run(fine.run)["status"] == "passed")
    }

    @Test func theSameNameTwiceIsTwoTests() throws {
        let scene = try ImportScene()
        let share = try #require(
            try scene.take("<testsuite><testcase name='a'/><testcase name='a'/><testcase name='b'/></testsuite>").first)
        let tests = try scene.children(share.run)
        #expect(tests.map { $0["name"]?.string } == ["a", "a #2", "b"])
        #expect(Set(tests.compactMap { $0["definition"]?["id"]?.string }).count == 3)
    }

    @Test func whatTheFormatIsNotKnownOfLeavesNoRun() throws {
        let scene = try ImportScene()
        #expect(throws: ImportFault.unknownFormat) { try scene.take("{}") }
        let counts = try scene.bench.pool.read { try $0.query("SELECT COUNT(*) n FROM executions").first?.int("n") }
        #expect(counts == 0)
    }

    @Test func historyKeepsItsTimesAndEachRunIsItsOwn() throws {
        let scene = try ImportScene()
        let lines = """
            {"run": {"key": "r1", "name": "Old nightly", "suite": "nightly", "startedAt": "2021-01-02T03:04:05Z"}}
            {"result": {"test": "a", "status": "passed", "startedAt": "2021-01-02T03:04:06Z", "durationMs": 100}}
            {"result": {"test": "b", "status": "failed", "startedAt": "2021-01-02T03:04:07Z", "durationMs": 100}}
            {"run": {"key": "r2", "suite": "nightly", "startedAt": "2021-01-03T03:04:05Z"}}
            {"result": {"test": "a", "status": "nonsense"}}
            {"result": {"test": "a", "status": "passed", "startedAt": "2021-01-03T03:04:06Z", "durationMs": 100}}

            """
        let shares = try scene.take(lines)
        #expect(shares.map(\.runKey) == ["r1", "r2"] && shares.map(\.accepted) == [2, 1])
        #expect(shares.map(\.refused) == [0, 1])
        let runs = try shares.map { try scene.run($0.run) }
        #expect(runs.map { $0["status"]?.string } == ["failed", "passed"] && runs[0]["name"] == "Old nightly")
        #expect(runs[0]["finishedAt"] == "2021-01-02T03:04:07.100Z")
        #expect(runs[0]["definition"]?["id"] == runs[1]["definition"]?["id"])
        let again = try scene.take(lines)
        #expect(again.map(\.run) == shares.map(\.run) && again.map(\.accepted) == [0, 0])
        #expect(again.map(\.duplicates) == [2, 1])
    }

    @Test func aReaderThatDiedIsFollowedByOneThatStoresNothingTwice() throws {
        let scene = try ImportScene()
        let tests = (1...1203).map { "<testcase name='t\($0)' time='0.001'/>" }.joined()
        let received = try scene.receive("<testsuite>\(tests)</testsuite>", scene.request())
        struct Died: Error {}
        var transactions = 0
        #expect(throws: Died.self) {
            try scene.reader.read(received.file, reader: try #require(received.reader)) { _ in
                transactions += 1
                if transactions == 4 { throw Died() }
            }
        }
        let stored = try scene.bench.pool.read {
            try $0.query("SELECT COUNT(*) n FROM executions WHERE parent_id IS NOT NULL").first?.int("n") ?? 0
        }
        #expect(stored > 0 && stored < 1203)
        try scene.bench.pool.transaction { tx in
            try tx.execute(
                "UPDATE import_files SET claimed_until = \(tx.now.adding(ms: -1)) WHERE id = \(received.file.id)")
        }
        let loop = ImportsLoop(
            files: scene.files, reader: UUIDv7(at: Timestamp(milliseconds: 5)), readImport: scene.reader,
            note: { Issue.record("\($0): \($1)") })
        #expect(try loop.runOnce { _ in })
        #expect(try !loop.runOnce { _ in })
        let share = try #require(try scene.files.shares(of: received.file.id).first)
        #expect(share.accepted == 1203 && share.status == .passed)
        let names = try scene.bench.pool.read {
            try $0.query(
                "SELECT COUNT(DISTINCT name) n, MAX(position) last FROM executions WHERE parent_id IS NOT NULL"
            ).first
        }
        #expect(try names?.int("n") == 1203 && names?.int("last") == 1202)
        #expect(access(scene.files.path(of: received.file.id), F_OK) != 0)
    }

    @Test func aRunThatNobodyAddsToEndsByItself() throws {
        let scene = try ImportScene()
        let share = try #require(try scene.take(Self.junit) { $0.runKey = "open" }.first)
        let loop = ImportsLoop(
            files: scene.files, reader: UUIDv7(at: Timestamp(milliseconds: 5)), readImport: scene.reader,
            note: { _, _ in })
        _ = try loop.runOnce { _ in }
        #expect(try scene.run(share.run)["status"] == "running")
        try scene.bench.pool.transaction { tx in
            try tx.execute("UPDATE import_runs SET close_at = \(tx.now.adding(ms: -1))")
        }
        _ = try loop.runOnce { _ in }
        #expect(try scene.run(share.run)["status"] == "failed")
    }

    @Test func aCancelledImportStopsAndEndsCancelled() throws {
        let scene = try ImportScene()
        let share = try #require(try scene.take(Self.junit) { $0.runKey = "open" }.first)
        try CancelExecution(pool: scene.bench.pool).cancel(
            share.run, project: scene.bench.project, by: nil, name: "Alice", reason: nil)
        let more = try #require(
            try scene.take("<testsuite><testcase name='x'/></testsuite>") { $0.runKey = "open" }.first)
        #expect(more.accepted == 0)
        let loop = ImportsLoop(
            files: scene.files, reader: UUIDv7(at: Timestamp(milliseconds: 5)), readImport: scene.reader,
            note: { _, _ in })
        _ = try loop.runOnce { _ in }
        #expect(try scene.run(share.run)["status"] == "cancelled")
    }

    @Test func rerunsAreAttemptsOfOneTest() throws {
        let scene = try ImportScene()
        let share = try #require(
            try scene.take(
                """
                <testsuite><testcase classname="C" name="flaky" time="0.2"><flakyFailure message="first" type="X">stack</flakyFailure>
                </testcase><testcase classname="C" name="other"/></testsuite>
                """
            ).first)
        #expect(share.accepted == 2)
        let flaky = try #require(try scene.children(share.run).first)
        #expect(flaky["status"] == "passed" && flaky["attempts"] == 2)
        let attempts = try ReadAttempts(pool: scene.bench.pool).attempts(
            of: try #require(ID(flaky["id"]?.string ?? "")), project: scene.bench.project)
        #expect(attempts.map { $0["status"]?.string } == ["failed", "passed"])
    }
}
