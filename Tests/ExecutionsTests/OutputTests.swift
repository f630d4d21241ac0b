import Domain
@testable import Executions
import Glibc
import MariaDB
import Testing
import Wire

@Suite struct OutputTests {
    /// A running attempt whose reports a test writes.
    private struct Scene {
        let bench: Bench
        let id: ID<Execution>
        let agent: AgentCaller
        let holding: Holding
        let read: ReadOutput
        let artifacts = "/tmp/assay-output-test-\(UInt64.random(in: 0 ... .max))"

        init() throws {
            bench = try Bench()
            id = try bench.start(try bench.makeCase("hello"))
            agent = try bench.agent()
            try bench.settle()
            holding = try #require(try bench.offers(agent).first)
            _ = try bench.accept(holding, agent)
            read = ReadOutput(pool: bench.pool, directory: artifacts)
        }

        func target(step: Int? = nil, attempt: Int = 1) -> OutputTarget {
            OutputTarget(execution: id, project: bench.project, attempt: attempt, step: step)
        }

        @discardableResult
        func report(
            _ output: [OutputChunk], first: Int = 1, steps: [StepResult] = [], running: RunningStep? = nil,
            by caller: AgentCaller? = nil, fence: Int? = nil
        ) throws -> ReportAnswer {
            let report = ReportsRequest.Report(
                execution: id, fence: fence ?? holding.fence, firstSeq: first, steps: steps, running: running,
                output: output)
            return try TakeReports(pool: bench.pool).take(AttemptReport(report), by: caller ?? agent)
        }

        /// Everything from `after` on, and how the reader says that it ended.
        func all(after: Int64 = 0, _ target: OutputTarget? = nil) throws -> (events: [OutputEvent], ending: String?) {
            let target = target ?? self.target()
            var place = try #require(try read.place(in: target, behind: after))
            var events: [OutputEvent] = []
            while true {
                let page = try read.page(of: target, from: place)
                events += page.events
                place = page.place
                if !page.mayBeMore { return (events, page.ending) }
            }
        }

        func upload(_ text: String, _ name: String, to store: ArtifactStore) throws {
            let file = artifacts + ".upload"
            let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
            _ = Array(text.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            close(descriptor)
            _ = try store.put(
                id, fence: holding.fence, name: name, droppedBytes: 0, mediaType: "text/plain", file: file, by: agent)
        }

        func rows() throws -> Int {
            try bench.pool.read { try $0.first("SELECT COUNT(*) AS n FROM execution_output")?.int("n") ?? 0 }
        }
    }

    private func chunk(_ step: Int, at: Int64, _ pieces: (OutputStream, String)..., truncated: Bool? = nil)
        -> OutputChunk
    {
        OutputChunk(
            step: step, at: at, pieces: pieces.map { .init(stream: $0.0, text: $0.1, bytes: $0.1.utf8.count) },
            truncated: truncated)
    }

    private func ended(_ sequence: Int, _ stdout: String, _ stderr: String = "", artifact: String? = nil) -> StepResult
    {
        var step = stepResult(sequence)
        step.output = StepOutput(
            exitCode: 0, stdout: excerpt(stdout, artifact), stderr: stderr.isEmpty ? nil : excerpt(stderr, nil))
        return step
    }

    private func excerpt(_ text: String, _ artifact: String?) -> StreamExcerpt {
        let bytes = Array(text.utf8)
        return StreamExcerpt(
            head: String(decoding: bytes.prefix(4), as: UTF8.self),
            tail: String(decoding: bytes.dropFirst(4).suffix(4), as: UTF8.self), bytes: Int64(bytes.count),
            artifact: artifact)
    }

    private func text(_ events: [OutputEvent]) -> String {
        events.map { event in
            switch event {
            case .text(_, _, let text, _): text
            case .gap(_, let bytes, _, _): "<\(bytes)>"
            case .truncated: "<truncated>"
            }
        }.joined()
    }

    @Test func `a running step is read in the order in which it printed, from any offset`() throws {
        let scene = try Scene()
        try scene.report([chunk(1, at: 0, (.stdout, "öne "), (.stderr, "bad "))])
        try scene.report([chunk(1, at: 9, (.stdout, "two"))])
        let (events, ending) = try scene.all()
        #expect(
            events == [
                .text(step: 1, stream: .stdout, text: "öne ", end: 5),
                .text(step: 1, stream: .stderr, text: "bad ", end: 9),
                .text(step: 1, stream: .stdout, text: "two", end: 12),
            ])
        #expect(ending == nil)
        let whole = Array("öne bad two".utf8)
        for after in 0...12 where after != 1 {
            #expect(text(try scene.all(after: Int64(after)).events).utf8.elementsEqual(whole.dropFirst(after)))
        }
        // A character is not shown in part.
        #expect(text(try scene.all(after: 1).events) == "ne bad two")
    }

    @Test func `a report that comes again writes once`() throws {
        let scene = try Scene()
        for _ in 0..<2 { try scene.report([chunk(1, at: 0, (.stdout, "one"))]) }
        #expect(try scene.rows() == 1)
        #expect(text(try scene.all().events) == "one")
    }

    @Test func `an attempt that was taken away writes nothing more`() throws {
        let scene = try Scene()
        try scene.report([chunk(1, at: 0, (.stdout, "mine"))])
        #expect(throws: ExecutionFault.staleFence) {
            try scene.report([chunk(1, at: 4, (.stdout, "x"))], fence: scene.holding.fence - 1)
        }
        let other = try scene.bench.agent("other")
        #expect(throws: ExecutionFault.staleFence) { try scene.report([chunk(1, at: 4, (.stdout, "x"))], by: other) }
        try scene.bench.finish(scene.holding, scene.agent, .failed)
        #expect(throws: ExecutionFault.staleFence) { try scene.report([chunk(1, at: 4, (.stdout, "x"))]) }
        #expect(try scene.rows() == 1)
    }

    @Test func `steps that ended unseen and steps that were watched form one output`() throws {
        let scene = try Scene()
        try scene.report([], steps: [ended(1, "quick\n", "oh\n")])
        try scene.report([chunk(2, at: 9, (.stdout, "slow "))], first: 2)
        #expect(text(try scene.all().events) == "quick\noh\nslow ")
        try scene.report([chunk(2, at: 14, (.stdout, "end\n"))], first: 2, steps: [ended(2, "slow end\n")])
        try scene.report([], first: 3, steps: [ended(3, "last\n")])
        let (events, ending) = try scene.all()
        #expect(text(events) == "quick\noh\nslow end\nlast\n")
        #expect(ending == nil)
        #expect(text(try scene.all(scene.target(step: 2)).events) == "slow end\n")
        #expect(try scene.all(scene.target(step: 2)).ending == "passed")
        #expect(try scene.all(scene.target(step: 4)).ending == nil)
        // Each offset is the same place whichever step is asked for.
        #expect(text(try scene.all(after: 14, scene.target(step: 2)).events) == "end\n")
        try scene.bench.finish(scene.holding, scene.agent, lastSeq: 3)
        #expect(try scene.all().ending == "passed")
        #expect(try scene.all(scene.target(step: 4)).ending == "passed")
        // Swept, the results tell the same, but for what they do not hold.
        try scene.bench.execute("DELETE FROM execution_output")
        #expect(text(try scene.all().events) == "quick\noh\nslow<1>end\nlast\n")
    }

    @Test func `what was dropped is a gap and what is too much is said once`() throws {
        let scene = try Scene()
        try scene.report([chunk(1, at: 0, (.stdout, "a"))])
        try scene.report([chunk(1, at: 100, (.stdout, "b"))])
        try scene.report([chunk(1, at: 101, truncated: true)])
        #expect(text(try scene.all().events) == "a<99>b<truncated>")
        var long = ended(1, "a")
        long.output?.stdout = StreamExcerpt(head: "a", tail: "z", bytes: 500, artifact: "step-1-stdout.txt")
        let before = try scene.read.page(of: scene.target(), from: OutputPlace()).place
        try scene.report([], steps: [long])
        let rest = try scene.read.page(of: scene.target(), from: before).events
        #expect(rest == [.gap(step: 1, bytes: 399, end: 500, artifact: "step-1-stdout.txt")])
        // Who comes now gets what the result has.
        #expect(text(try scene.all().events) == "a<498>z")
        try scene.report([chunk(2, at: 500, (.stdout, "next"))], first: 2)
        #expect(text(try scene.all(after: 500).events) == "next")
    }

    @Test func `long output is read from its artifact, or its ends when that is not there`() throws {
        let scene = try Scene()
        let long = (0..<40_000).map { "line \($0) é\n" }.joined()
        try scene.report([], steps: [ended(1, long, artifact: "step-1-stdout.txt"), ended(2, "after\n")])
        let bytes = long.utf8.count
        #expect(text(try scene.all().events) == "line<\(bytes - 8)> é\nafter\n")
        try scene.upload(
            long, "step-1-stdout.txt",
            to: ArtifactStore(pool: scene.bench.pool, directory: scene.artifacts))
        #expect(text(try scene.all().events) == long + "after\n")
        let tail = text(try scene.all(after: Int64(bytes - 100_000)).events)
        #expect(tail == String(decoding: long.utf8.suffix(100_000), as: UTF8.self) + "after\n")
    }

    @Test func `a search counts all of an attempt and names lines, in artifacts and ends alike`() throws {
        let scene = try Scene()
        let long = (0..<4_000).map { "line \($0) Needle\n" }.joined()
        var answered = stepResult(3)
        answered.output = StepOutput(
            response: .init(status: 200, headers: [:], body: StreamExcerpt(head: "a needle", bytes: 8)))
        try scene.report(
            [], steps: [ended(1, "no\n", "needle"), ended(2, long, artifact: "step-2-stdout.txt"), answered])
        let store = ArtifactStore(pool: scene.bench.pool, directory: scene.artifacts)
        let search = SearchOutput(pool: scene.bench.pool, artifacts: store)
        func find(_ text: String, step: Int? = nil, in search: SearchOutput) throws -> FoundOutput {
            try #require(
                try search.search(
                    SearchOutput.Wish(text, limit: 5), in: scene.id, project: scene.bench.project, step: step))
        }
        // Without the artifact the two ends are all there is, and the rest is said.
        let ends = try find("edle", in: search)
        #expect(ends.matches == 2 && ends.lines.map(\.stream) == ["stderr", "body"])
        #expect(ends.unsearchedBytes == Int64(long.utf8.count - 8))
        try scene.upload(long, "step-2-stdout.txt", to: store)
        let whole = try find("needle", in: search)
        #expect(whole.matches == 4_002 && whole.lineCount == 4_002)
        #expect(whole.lines.map(\.number) == [1, 1, 2, 3, 4] && whole.lines.map(\.step) == [1, 2, 2, 2, 2])
        #expect(whole.unsearchedBytes == 0 && whole.lines.last?.text == "line 3 Needle")
        let last = try find("line 3999 ", step: 2, in: search)
        #expect(last.lines == [FoundOutput.Line(step: 2, stream: "stdout", number: 4_000, text: "line 3999 Needle")])
        let bounded = try find(
            "needle", in: SearchOutput(pool: scene.bench.pool, artifacts: store, maximumBytes: 1_000))
        #expect(bounded.matches < 100 && bounded.unsearchedBytes > 0)
        #expect(bounded.searchedBytes + bounded.unsearchedBytes == whole.searchedBytes)
        let other = try Bench.makeProject("other", scene.bench.pool)
        #expect(try search.search(.init("x"), in: scene.id, project: other) == nil)
    }

    @Test func `many chunks come in pages`() throws {
        let scene = try Scene()
        let block = String(repeating: "b", count: 100)
        for number in 0..<50 { try scene.report([chunk(1, at: Int64(number * 100), (.stdout, block))]) }
        #expect(text(try scene.all().events).utf8.count == 5_000)
        let first = try scene.read.page(of: scene.target(), from: OutputPlace())
        #expect(first.mayBeMore && first.events.count == OutputStore.rowsOfPage)
    }

    @Test func `another project and another attempt have no output`() throws {
        let scene = try Scene()
        let other = try Bench.makeProject("other", scene.bench.pool)
        let foreign = OutputTarget(execution: scene.id, project: other, attempt: 1)
        #expect(try scene.read.place(in: foreign, behind: 0) == nil)
        #expect(try scene.read.place(in: scene.target(attempt: 2), behind: 0) == nil)
        let watch = WatchOutput(pool: scene.bench.pool)
        #expect(try watch.look(at: [(scene.id, other)]).isEmpty)
    }

    @Test func `a mark changes with output, steps and the end`() throws {
        let scene = try Scene()
        let watch = WatchOutput(pool: scene.bench.pool)
        var marks: [String] = []
        func note() throws {
            let found = try watch.look(at: [(scene.id, scene.bench.project)])[scene.id]
            marks.append(try #require(found?.attempts.last?.mark))
        }
        try note()
        try scene.report([chunk(1, at: 0, (.stdout, "a"))])
        try note()
        try scene.report([chunk(1, at: 1, (.stdout, "b"))])
        try note()
        try scene.report([], steps: [ended(1, "ab")])
        try note()
        try scene.bench.finish(scene.holding, scene.agent, lastSeq: 1)
        try note()
        #expect(Set(marks).count == marks.count)
    }

    @Test func `rows leave a minute after their results are there, of a lost step after a day`() throws {
        let scene = try Scene()
        let sweep = SweepOutput(pool: scene.bench.pool)
        try scene.report([chunk(1, at: 0, (.stdout, "one"))])
        try scene.report([chunk(2, at: 3, (.stdout, "two"))], steps: [ended(1, "one")])
        #expect(try sweep.runOnce() == 0)
        try scene.bench.finish(scene.holding, scene.agent, .failed, lastSeq: 1)
        #expect(try sweep.runOnce() == 0)
        try scene.bench.execute("UPDATE attempts SET finished_at = finished_at - INTERVAL 61 SECOND")
        #expect(try sweep.runOnce() == 1)
        #expect(text(try scene.all().events) == "onetwo")
        #expect(try sweep.runOnce() == 0)
        try scene.bench.execute("UPDATE attempts SET finished_at = finished_at - INTERVAL 1 DAY")
        #expect(try sweep.runOnce() == 1)
        #expect(try scene.rows() == 0)
    }

    @Test func `the trace names the running step and since when`() throws {
        let scene = try Scene()
        let trace = ReadTrace(pool: scene.bench.pool)
        func running() throws -> TracePage.RunningNow? {
            try trace.page(of: scene.id, project: scene.bench.project)?.running
        }
        #expect(try running() == nil)
        let step = RunningStep(
            sequence: 1, path: "1", name: "slow", startedAt: Timestamp(milliseconds: 1_800_000_000_000))
        try scene.report([], running: step)
        try scene.bench.execute("UPDATE events SET at = at - INTERVAL 5 SECOND WHERE type = 'execution.progress'")
        let found = try #require(try running())
        #expect(found.step["name"] == "slow" && found.step["sequence"] == 1)
        #expect(found.elapsedMs >= 5_000 && found.elapsedMs < 60_000)
        try scene.report([], steps: [ended(1, "done")])
        #expect(try running() == nil)
        try scene.report(
            [], first: 2,
            running: RunningStep(
                sequence: 2, path: "2", name: "next", startedAt: step.startedAt))
        #expect(try running()?.step["sequence"] == 2)
        try scene.bench.finish(scene.holding, scene.agent, .failed, lastSeq: 1)
        #expect(try running() == nil)
    }
}
