import ClientCommands
import Doubles
import Synchronization
import Testing

@Suite struct RunTests {
    /// A server with one run whose answers come from `status`, and whose stream sends `events`.
    private func terminal(
        isTerminal: Bool = false, statuses: [String], more: String = "", streams: [[String]] = [[]]
    ) throws -> Terminal {
        let remaining = Mutex(statuses[...])
        let remainingStreams = Mutex(streams[...])
        return try Terminal(isTerminal: isTerminal) { request in
            switch (request.method, request.path) {
            case ("POST", "/api/v1/executions"): return .json(201, execution("pending"))
            case ("GET", "/api/v1/executions"):
                return .json(200, #"{"items":[\#(execution("running"))],"nextCursor":null}"#)
            case ("GET", "/api/v1/executions/\(runID)"):
                let status = remaining.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? "passed" }
                return .json(200, execution(status, more: more))
            case ("GET", "/api/v1/executions/\(caseID)"): return .json(200, child)
            case ("GET", "/api/v1/executions/\(runID)/children"):
                return .json(200, #"{"items":[\#(child)],"nextCursor":"more"}"#)
            case ("GET", "/api/v1/executions/\(runID)/events"):
                let events = remainingStreams.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? [] }
                return .stream([("Content-Type", "text/event-stream")]) { writer in
                    writer.write(": hi\n\n")
                    for event in events { writer.write(event) }
                }
            default: return .reply(404)
            }
        }
    }

    private func event(_ position: Int, _ name: String, _ execution: String, _ seq: Int, _ more: String) -> String {
        "id: \(position).\(seq)\nevent: \(name)\ndata: {\"execution\":\"\(execution)\",\"seq\":\(seq)\(more)}\n\n"
    }

    @Test func `a run is started once with all that was asked for`() throws {
        let terminal = try terminal(statuses: ["pending"])
        let outcome = terminal.run(
            "run", "smoke", "--parameter", "a=b=c", "--label", "nightly", "--environment", "staging", "--priority",
            "high", "--timeout-ms", "5000", "--commit", "abc", "--branch", "main", "--item", "shop")
        #expect(outcome.code == 0)
        #expect(terminal.text == "#12 smoke started: \(terminal.server.url)/p/demo/runs/12\n")
        let request = try #require(terminal.server.requests.first)
        #expect(request.header("idempotency-key")?.count == 36)
        #expect(
            request.text
                == #"{"environment":"staging","labels":["nightly"],"parameters":{"a":"b=c"},"priority":"high","project":"demo","revision":{"branch":"main","commit":"abc"},"testItem":"shop","testSuite":"smoke","timeoutMs":5000}"#
        )
    }

    @Test(arguments: [("passed", 0), ("failed", 1), ("timeout", 1), ("cancelled", 1), ("aborted", 2)])
    func `the exit code is the verdict`(status: String, code: Int) throws {
        let terminal = try terminal(statuses: ["running", status], more: #","reason":"no agent""#)
        #expect(terminal.run("run", "smoke", "--wait").code == Int32(code))
        #expect(terminal.text.contains("1 of 2 passed"))
    }

    @Test func `cases that did not pass are listed with their reason and page`() throws {
        let terminal = try terminal(statuses: ["running", "failed"])
        _ = terminal.run("run", "smoke", "--wait")
        let url = terminal.server.url
        #expect(
            terminal.lines.dropFirst() == [
                "✗ Log in failed", "    exit code is 3, expected 0", "    \(url)/p/demo/runs/12/cases/log-in",
                "… and more: see the page of the run", "#12 smoke failed in 1.2 s: 1 of 2 passed",
                "\(url)/p/demo/runs/12",
            ])
    }

    @Test func `without a terminal every finished case is a line, once`() throws {
        let finished = event(7, "execution.finished", caseID, 3, #","status":"failed","final":true,"durationMs":320"#)
        let retrying = event(6, "execution.retrying", caseID, 2, #","why":"agent_lost""#)
        let first = [
            event(5, "execution.finished", caseID, 1, #","status":"failed","final":false"#), retrying, finished,
        ]
        let second = [finished, "event: end\ndata: {\"status\":\"failed\"}\n\n"]
        let terminal = try terminal(
            statuses: ["running", "running", "running", "running", "failed"], streams: [first, second])
        #expect(terminal.run("watch", "#12").code == 1)
        #expect(terminal.lines.prefix(2) == ["retrying   Log in (its agent was lost)", "failed     Log in (320 ms)"])
        #expect(terminal.lines.count { $0.contains("320 ms") } == 1)
        let streams = terminal.server.requests.filter { $0.path.hasSuffix("/events") }
        #expect(streams.map { $0.header("last-event-id") } == [nil, "7.3"])
        #expect(terminal.server.requests.first?.target == "/api/v1/executions?project=demo&limit=1&number=12")
    }

    @Test func `a terminal gets one line that changes`() throws {
        let events = [
            event(1, "execution.progress", runID, 1, #","counts":{"total":4,"passed":1,"failed":1,"running":2}"#),
            "event: reset\ndata: {}\n\n", "event: end\ndata: {}\n\n",
        ]
        let terminal = try terminal(isTerminal: true, statuses: ["running", "running", "passed"], streams: [events])
        #expect(terminal.run("watch").code == 0)
        #expect(terminal.text.contains("████████████░░░░░░░░░░░░ 2/4, 1 passed, 1 not passed, 2 running"))
        #expect(terminal.text.contains("\r\u{1b}[K#12 smoke passed in 1.2 s"))
    }

    @Test func `a run that is over is told at once`() throws {
        let terminal = try terminal(statuses: ["passed"])
        #expect(terminal.run("watch", runID).code == 0)
        #expect(!terminal.server.requests.contains { $0.path.hasSuffix("/events") })
    }

    @Test func `a lost connection is tried again and the run started once`() throws {
        let tries = Mutex(0)
        let terminal = try Terminal { _ in
            tries.withLock { count in
                count += 1
                return count == 1 ? .cut : count == 2 ? .reply(503) : .json(201, execution("pending"))
            }
        }
        #expect(terminal.run("run", "smoke").code == 0)
        let keys = terminal.server.requests.map { $0.header("idempotency-key") }
        #expect(keys.count == 3 && Set(keys).count == 1)
    }

    @Test func `what cannot be done is told in a sentence`() throws {
        let terminal = try Terminal { request in
            request.method == "POST" ? problem(404, "there is no suite 'nope'") : .text(200, "<html>")
        }
        let cases: [([String], String)] = [
            (["run", "nope"], "there is no suite 'nope'"), (["run"], "say what to run"),
            (["run", "a", "--case", "b"], "say what to run"), (["run", "a", "--parameter", "x"], "not name=value"),
            (["watch", "abc"], "neither the id nor the number"),
            (["watch", runID], "does not answer as an Assay server"),
        ]
        for (arguments, words) in cases {
            let outcome = runAssay(arguments, terminal.context())
            #expect(outcome.code == 2 && outcome.message?.contains(words) == true, "\(outcome.message ?? "")")
        }
        let away = runAssay(["watch", runID], terminal.context(url: "http://127.0.0.1:1"))
        #expect(away.code == 2 && away.message?.contains("cannot reach http://127.0.0.1:1") == true)
        var context = terminal.context()
        context.project = nil
        #expect(runAssay(["run", "a"], context).message?.contains("which project?") == true)
    }

    @Test func `a refused stream ends the command`() throws {
        let terminal = try Terminal { request in
            request.path.hasSuffix("/events") ? problem(403, "not yours") : .json(200, execution("running"))
        }
        #expect(terminal.run("watch", runID).message == "assay: not yours")
    }

    @Test func `a single case is told with its step and its error`() throws {
        let asked = Mutex(0)
        let terminal = try Terminal(isTerminal: true) { request in
            if request.path.hasSuffix("/events") {
                return .stream([]) { writer in
                    writer.write(
                        "event: execution.progress\ndata: {\"execution\":\"\(runID)\",\"seq\":1,\"step\":{\"name\":\"Log in\"}}\n\n"
                    )
                    writer.write("event: end\ndata: {}\n\n")
                }
            }
            let count = asked.withLock {
                $0 += 1; return $0
            }
            let error = #","error":{"message":"step 1: exit code is 3"}"#
            return .json(200, execution(count < 3 ? "running" : "failed", kind: "case", more: count < 3 ? "" : error))
        }
        #expect(terminal.run("watch", runID).code == 1)
        #expect(terminal.text.contains("#12 smoke: Log in …") && terminal.text.contains("  step 1: exit code is 3\n"))
    }
}
