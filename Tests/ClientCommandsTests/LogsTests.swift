import ClientCommands
import Doubles
import Synchronization
import Testing

@Suite struct LogsTests {
    private func output(_ offset: Int, _ text: String, _ stream: String = "stdout") -> String {
        "id: \(offset)\nevent: output\ndata: {\"step\":1,\"stream\":\"\(stream)\",\"text\":\"\(text)\"}\n\n"
    }

    private func end(_ attempt: Int?, _ status: String) -> String {
        "event: end\ndata: {\"attempt\":\(attempt.map(String.init) ?? "null"),\"status\":\"\(status)\"}\n\n"
    }

    /// One case whose output streams and states are these, in the order in which they are asked for.
    private func terminal(_ streams: [[String]], states: [String] = ["passed"]) throws -> Terminal {
        let streams = Mutex(streams[...])
        let states = Mutex(states[...])
        return try Terminal { request in
            switch request.path {
            case "/api/v1/executions":
                return .json(200, #"{"items":[\#(execution("running"))],"nextCursor":null}"#)
            case "/api/v1/executions/\(runID)/children":
                return .json(200, #"{"items":[\#(child)],"nextCursor":null}"#)
            case "/api/v1/executions/\(runID)/output", "/api/v1/executions/\(caseID)/output":
                let events = streams.withLock { $0.popFirst() ?? [] }
                return .stream([("Content-Type", "text/event-stream")]) { writer in
                    for event in events { writer.write(event) }
                }
            case "/api/v1/executions/\(caseID)": return .json(200, child)
            case "/api/v1/executions/\(runID)":
                let state = states.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? "passed" }
                return .json(200, execution(state, kind: "case"))
            default: return .reply(404)
            }
        }
    }

    private func targets(_ terminal: Terminal) -> [String] {
        terminal.server.requests.filter { $0.path.hasSuffix("/output") }.map {
            String($0.target.split(separator: "/").last ?? "")
        }
    }

    @Test func `both streams go where they belong`() throws {
        let terminal = try terminal([
            [output(4, "one\\n"), output(8, "bad\\n", "stderr"), output(11, "two"), end(1, "passed")]
        ])
        #expect(terminal.run("logs", runID).code == 0)
        #expect(terminal.text == "one\ntwo\n" && terminal.errors == "bad\n")
        #expect(targets(terminal) == ["output?follow=false"])
    }

    @Test func `a cut stream goes on where it was`() throws {
        let terminal = try terminal([[output(4, "one\\n")], [output(8, "two\\n"), end(1, "passed")]])
        #expect(terminal.run("logs", "-f", "12").code == 0)
        #expect(terminal.text == "one\ntwo\n")
        let streams = terminal.server.requests.filter { $0.path.hasSuffix("/output") }
        #expect(streams.map { $0.header("last-event-id") } == [nil, "4"])
    }

    @Test func `a retry is followed as well`() throws {
        let terminal = try terminal(
            [[output(4, "one\\n"), end(1, "failed")], [output(4, "two\\n"), end(2, "passed")]],
            states: ["running", "retrying", "passed"])
        #expect(terminal.run("logs", "-f", "#12").code == 0)
        #expect(terminal.text == "one\ntwo\n" && terminal.errors == "assay: attempt 2\n")
        #expect(targets(terminal) == ["output?follow=true", "output?follow=true&attempt=2"])
    }

    @Test func `a case is named behind its run, and gaps are told`() throws {
        let gap = "id: 104\nevent: gap\ndata: {\"step\":1,\"bytes\":100,\"artifact\":\"step-1-stdout.txt\"}\n\n"
        let more = "event: truncated\ndata: {\"step\":1}\n\n"
        let terminal = try terminal([[output(4, "one\\n"), gap, more, end(1, "failed")]])
        #expect(terminal.run("logs", "12/log-in", "--step", "1", "--attempt", "1").code == 0)
        #expect(
            terminal.errors
                == "assay: 100 bytes are not shown; the artifact step-1-stdout.txt holds it all\nassay: the step prints more than is shown while it runs\n"
        )
        #expect(terminal.server.requests.contains { $0.target.hasSuffix("/children?limit=1&key=log-in") })
        #expect(targets(terminal) == ["output?follow=false&attempt=1&step=1"])
    }

    @Test func `a suite prints nothing itself and says what does`() throws {
        let terminal = try Terminal { request in
            request.path.hasSuffix("/children")
                ? .json(200, #"{"items":[\#(child)],"nextCursor":null}"#) : .json(200, execution("running"))
        }
        let outcome = terminal.run("logs", runID)
        #expect(outcome.code == 2)
        #expect(
            outcome.message == "assay: #12 smoke is a suite: say which case\n  failed     assay logs 12/log-in")
    }
}
