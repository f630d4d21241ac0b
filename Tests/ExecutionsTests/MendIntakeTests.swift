import Domain
import Glibc
import MariaDB
import ReportFormats
import Testing

@testable import Executions

/// What was refused is kept with its file, sent again mended, or let go.
@Suite struct MendIntakeTests {
    private let scene: ImportScene
    private let run: ID<Execution>
    private static let broken = "<testsuite name='Shop'><testcase classname='Cart' name='adds'/><oops"
    private static let whole = "<testsuite name='Shop'><testcase classname='Cart' name='adds'/></testsuite>"

    init() throws {
        scene = try ImportScene()
        run = try #require(try scene.take(Self.broken) { $0.branch = "main" }.first).run
    }

    private func item() throws -> IntakeItems.Item {
        try scene.items.item(1, of: run, project: scene.bench.project)
    }

    private func end(_ ending: IntakeItems.Ending) throws -> Bool {
        try scene.bench.pool.transaction { try IntakeItems.end(1, of: run, as: ending, $0) }
    }

    @Test func `the file of what was refused stays, that of a whole one does not`() throws {
        let kept = try scene.items.bytes(of: try item())
        #expect(access("\(scene.directory)/imports/\(kept)", R_OK) == 0)
        #expect(
            try scene.items.list(of: run, project: scene.bench.project, after: 0, limit: 5).items[0]["hasFile"] == true)
        let received = try scene.receive(Self.whole, scene.request())
        try scene.reader.read(received.file, reader: try #require(received.reader))
        #expect(!scene.files.hasBytes(of: received.file.id))
    }

    @Test func `an item ends once, and opens again when the mended file cannot be read`() throws {
        #expect(try item().isRefused)
        #expect(try end(.replayed))
        #expect(try !end(.replayed) && !end(.dismissed) && !item().isRefused)
        #expect(try end(.refused))
        #expect(try end(.dismissed) && !end(.refused))
        let other = try Bench.makeProject("other", scene.bench.pool)
        #expect(throws: ExecutionFault.notFound) { try scene.items.item(1, of: run, project: other) }
        #expect(throws: ExecutionFault.notFound) { try scene.items.item(2, of: run, project: scene.bench.project) }
    }

    @Test func `what was said of the first file holds for the mended one`() throws {
        let found = try item()
        #expect(!found.isOpen && found.format == "junit" && found.request.branch == "main")
        let starter = FrozenRequest.Starter(kind: "user", id: "1", name: "Bob")
        var first = scene.request { ($0.runKey, $0.complete, $0.boundary) = ("ci-7", false, "old") }
        first.branch = "main"
        let joined = first.mended(format: "ndjson", isOpen: true, boundary: nil, by: starter)
        #expect(
            joined.runKey == "ci-7" && joined.complete == false && joined.boundary == nil && joined.format == "ndjson")
        let alone = first.mended(format: "junit", isOpen: false, boundary: "new", by: starter)
        #expect(
            alone.format == nil && alone.runKey == nil && alone.complete == nil && alone.boundary == "new"
                && alone.branch == "main")
        #expect(alone.startedBy == starter)
    }

    @Test func `the sweep keeps it while somebody may mend it, a week at most`() throws {
        let file = try item().file
        let later = Int(time(nil)) + SweepArtifacts.graceSeconds + 60
        let sweep = SweepImports(files: scene.files)
        #expect(try sweep.runOnce(nowSeconds: later) == 0 && scene.files.hasBytes(of: file))
        try scene.bench.pool.transaction { tx in
            _ = try tx.execute("UPDATE import_files SET read_at = read_at - INTERVAL 8 DAY WHERE id = \(file)")
        }
        #expect(try sweep.runOnce(nowSeconds: later) == 1 && !scene.files.hasBytes(of: file))
        #expect(throws: ExecutionFault.notFound) { try scene.items.bytes(of: try item()) }
    }

    @Test func `what was mended is kept no longer`() throws {
        let file = try item().file
        #expect(try end(.replayed))
        let later = Int(time(nil)) + SweepArtifacts.graceSeconds + 60
        #expect(try SweepImports(files: scene.files).runOnce(nowSeconds: later) == 1 && !scene.files.hasBytes(of: file))
    }

    @Test(arguments: ReportFormat.allCases)
    func `a run is read into every report`(_ format: ReportFormat) throws {
        let share = try #require(
            try scene.take(
                "<testsuite name='Shop'><testcase name='adds'/><testcase name='pays'><failure message='1 != 2'/></testcase></testsuite>"
            ).first)
        let read = ReadReport(pool: scene.bench.pool)
        let report = try read.report(
            of: share.run, project: scene.bench.project, for: format, at: Timestamp(milliseconds: 0)
        ) { "/runs/\($0)" }
        #expect(report.cases.map(\.status) == [.passed, .failed])
        #expect(report.cases.map(\.steps.isEmpty) == [format.steps != .ofAll, format.steps == .none])
        #expect(report.url == "/runs/\(share.number)" && !format.write(report).isEmpty)
        let other = try Bench.makeProject("other", scene.bench.pool)
        #expect(throws: ExecutionFault.notFound) {
            try read.report(of: share.run, project: other, for: format, at: Timestamp(milliseconds: 0)) { _ in nil }
        }
    }
}
