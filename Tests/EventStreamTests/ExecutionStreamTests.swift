import Domain
import EventStream
import FastCGI
import MariaDB
import Testing

@Suite struct ExecutionStreamTests {
    private func path(_ run: Bench.Run) -> String { "/api/v1/executions/\(run.id)/events" }

    @Test func `a root is told from its beginning, with its children, to its end`() throws {
        let bench = try Bench()
        let suite = try bench.execution()
        let child = try bench.execution(below: suite)
        let unrelated = try bench.execution()
        try bench.happen(suite, ["execution.queued", "execution.started"])
        try bench.happen(unrelated, ["execution.queued"])
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(suite)))
        try bench.happen(child, ["execution.queued", "execution.started"])
        try bench.end(child, .failed)
        try bench.turn(role)
        #expect(role.figures.subscriptions == 1)
        try bench.end(suite, .failed)
        try bench.happen(child, ["execution.progress"])
        try bench.turn(role)
        let (text, hasEnded) = client.received()
        let seen = SeenEvent.all(in: text)
        #expect(
            seen.map(\.type) == [
                "execution.queued", "execution.started", "execution.queued", "execution.started", "execution.finished",
                "execution.finished", "end",
            ])
        #expect(seen.last?.data == #"{"status":"failed"}"#)
        #expect(seen.last?.id == nil)
        #expect(hasEnded)
    }

    @Test func `a child's stream holds only its own events`() throws {
        let bench = try Bench()
        let suite = try bench.execution()
        let one = try bench.execution(below: suite)
        let two = try bench.execution(below: suite)
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(one)))
        try bench.happen(suite, ["execution.started"])
        try bench.happen(two, ["execution.queued"])
        try bench.end(two, .passed)
        try bench.happen(one, ["execution.queued"])
        try bench.end(one, .timeout)
        try bench.turn(role)
        let (text, hasEnded) = client.received()
        #expect(SeenEvent.all(in: text).map(\.type) == ["execution.queued", "execution.finished", "end"])
        #expect(hasEnded)
    }

    @Test func `an edge that a retry follows is no end`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.happen(run, ["execution.finished"], body: ["status": "failed", "final": false])
        try bench.happen(run, ["execution.retrying"])
        try bench.turn(role)
        #expect(!client.received().hasEnded)
    }

    @Test(arguments: [0, 25])
    func `a final execution is replayed and ended at once`(rowsAfter: Int) throws {
        let bench = try Bench()
        let run = try bench.execution()
        let other = try bench.execution()
        try bench.happen(run, ["execution.queued", "execution.started"])
        try bench.end(run, .passed)
        let role = try bench.role()
        // With 25 rows behind it the story is no longer in the ring.
        for _ in 0..<rowsAfter { try bench.happen(other, ["execution.steps"]) }
        try bench.turn(role)
        let client = try bench.open(role, bench.get(path(run)))
        try bench.turn(role)
        let (text, hasEnded) = client.received()
        #expect(
            SeenEvent.all(in: text).map(\.type) == [
                "execution.queued", "execution.started", "execution.finished", "end",
            ])
        #expect(hasEnded)
    }

    @Test func `a client that has seen the end is told that it is the end`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.happen(run, ["execution.queued"])
        try bench.end(run, .aborted)
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run), [], [("Last-Event-ID", "2.2")]))
        try bench.turn(role)
        let (text, hasEnded) = client.received()
        #expect(SeenEvent.all(in: text) == [SeenEvent(type: "end", data: #"{"status":"aborted"}"#)])
        #expect(hasEnded)
    }

    @Test func `an end known before this process has read it waits for the feed`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.happen(run, ["execution.queued"])
        let role = try bench.role()
        try bench.end(run, .passed)
        // The page has seen everything; the role has not yet.
        let client = try bench.open(role, bench.get(path(run), [("after", "2")]))
        #expect(client.received() == ("", false))
        try bench.turn(role)
        #expect(client.received().hasEnded)
    }

    @Test func `an end not sequenced yet comes through the feed`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.happen(run, ["execution.queued"])
        try bench.end(run, .passed, isSequenced: false)
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.turn(role)
        #expect(!client.received().hasEnded)
    }

    @Test func `an execution that ended before the kept feed ends at once`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.end(run, .passed)
        try bench.sql("DELETE FROM feed")
        try bench.sql("UPDATE executions SET finished_at = finished_at - INTERVAL 8 DAY WHERE id = \(run.id)")
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.turn(role)
        #expect(SeenEvent.all(in: client.received().text).map(\.type) == ["end"])
    }

    @Test func `a stranger's execution does not exist`() throws {
        let bench = try Bench()
        let run = try bench.execution(in: bench.other)
        let role = try bench.role()
        for path in [path(run), "/api/v1/executions/\(run.id)/wait", "/api/v1/executions/\(bench.project)/events"] {
            let answer = #expect(throws: Answered.self) { try bench.open(role, bench.get(path)) }
            #expect(answer?.response.status == 404)
        }
    }

    @Test func `a client gone during its replay is dropped`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        for _ in 0..<60 { try bench.happen(run, ["execution.steps"]) }
        let role = try bench.role()
        do { _ = try bench.open(role, bench.get(path(run))) }
        try bench.turn(role)
        #expect(role.figures.openStreams == 0)
    }
}
