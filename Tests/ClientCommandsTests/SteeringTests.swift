import ClientCommands
import Doubles
import Glibc
import Synchronization
import Testing

/// Ctrl-C, cancel, list, and what scripts read.
@Suite struct SteeringTests {
    /// A run that goes on until it is cancelled; `onStream` is called while its stream is open.
    private func running(onStream: @escaping @Sendable (Terminal) -> Void = { _ in }) throws -> Terminal {
        let isCancelled = Mutex(false)
        let box = Mutex<Terminal?>(nil)
        let terminal = try Terminal { request in
            switch (request.method, request.path) {
            case ("POST", "/api/v1/executions"): return .json(201, execution("pending"))
            case ("POST", "/api/v1/executions/\(runID)/cancellation"):
                isCancelled.withLock { $0 = true }
                return .json(202, execution("running"))
            case (_, "/api/v1/executions/\(runID)/children"):
                return .json(200, #"{"items":[],"nextCursor":null}"#)
            case (_, "/api/v1/executions/\(runID)/events"):
                return .stream([("Content-Type", "text/event-stream")]) { writer in
                    writer.write(": hi\n\n")
                    if isCancelled.withLock({ $0 }) {
                        writer.write("event: end\ndata: {}\n\n")
                        return
                    }
                    if let terminal = box.withLock({ $0 }) { onStream(terminal) }
                    // Open until the client goes.
                    _ = Bell().wait(timeoutMs: 8_000) { !writer.write(":\n") }
                }
            default:
                let more = #","cancelReason":"interrupted","cancelledBy":{"id":"x","name":"Alice"}"#
                return .json(
                    200, isCancelled.withLock { $0 } ? execution("cancelled", more: more) : execution("running"))
            }
        }
        box.withLock { $0 = terminal }
        return terminal
    }

    @Test func `Ctrl-C stops watching and says how to cancel`() throws {
        let terminal = try running { $0.interrupt() }
        #expect(terminal.run("run", "smoke", "--wait").code == 130)
        #expect(
            terminal.errors
                == "#12 smoke goes on: `assay watch 12` follows it, `assay cancel 12` ends it\n")
        #expect(!terminal.server.requests.contains { $0.path.hasSuffix("/cancellation") })
    }

    @Test func `Ctrl-C cancels where that is wanted, and the end is told`() throws {
        let terminal = try running { $0.interrupt() }
        #expect(terminal.run("run", "smoke", "--wait", "--cancel-on-interrupt").code == 1)
        let posts = terminal.server.requests.filter { $0.path.hasSuffix("/cancellation") }
        #expect(posts.map(\.text) == [#"{"reason":"interrupted at the command line"}"#])
        #expect(terminal.errors == "cancelling #12 smoke; Ctrl-C again stops watching\n")
        #expect(
            terminal.text.contains("#12 smoke cancelled")
                && terminal.text.contains("  cancelled by Alice: interrupted\n"))
    }

    @Test func `cancel names a run and gives a reason`() throws {
        let terminal = try running()
        #expect(terminal.run("cancel", runID, "--reason", "wrong branch").code == 0)
        #expect(terminal.text == "#12 smoke is being cancelled.\n")
        #expect(terminal.server.requests.last?.text == #"{"reason":"wrong branch"}"#)
        let outcome = terminal.run("cancel")
        #expect(outcome.code == 2 && outcome.message?.contains("say which run to cancel") == true)
    }

    @Test func `runs are listed in columns, or as JSON`() throws {
        let items = [execution("passed"), execution("timeout", kind: "case")].joined(separator: ",")
        let terminal = try Terminal { _ in .json(200, #"{"items":[\#(items)],"nextCursor":null}"#) }
        #expect(terminal.run("list", "--status", "passed,timeout", "--branch", "a b", "-l", "2").code == 0)
        #expect(
            terminal.server.requests.last?.target
                == "/api/v1/executions?project=demo&limit=2&status=passed%2Ctimeout&branch=a%20b")
        #expect(terminal.lines == ["#12  passed   smoke  1.2 s  1/2", "#12  timeout  smoke  1.2 s  1/2"])
        let scripted = try Terminal { _ in .json(200, #"{"items":[{"number":1}],"nextCursor":null}"#) }
        #expect(scripted.run("list", "--json").code == 0)
        #expect(scripted.text == "[{\"number\":1}]\n")
    }

    @Test func `what could not be run is code 2`() throws {
        func terminal(_ code: String, kind: String) throws -> Terminal {
            let error = #","error":{"code":"\#(code)","message":"the variable 'x' is not set","hint":"set it"}"#
            let one = #"{"id":"\#(caseID)","name":"Log in","kind":"case","project":"demo","status":"failed"\#(error)}"#
            return try Terminal { request in
                request.path.hasSuffix("/children")
                    ? .json(200, #"{"items":[\#(one)],"nextCursor":null}"#)
                    : .json(200, execution("failed", kind: kind, more: kind == "case" ? error : ""))
            }
        }
        for kind in ["case", "suite"] {
            let missing = try terminal("precondition_failed", kind: kind)
            #expect(missing.run("watch", runID).code == 2)
            #expect(missing.text.components(of: "the variable 'x' is not set") == 1)
            #expect(missing.text.components(of: "set it") == 1)
            #expect(try terminal("step_failed", kind: kind).run("watch", runID).code == 1)
        }
    }

    @Test func `a fault that repeats its detail is told once`() throws {
        let terminal = try Terminal { _ in
            problem(
                422, "/testSuite: there is no suite 'x'",
                #","errors":[{"pointer":"/testSuite","message":"there is no suite 'x'"},{"pointer":"/a","message":"is bad"}]"#
            )
        }
        #expect(terminal.run("run", "x").message == "assay: /testSuite: there is no suite 'x'\n  /a: is bad")
    }

    @Test func `a script gets one document, with the cases of a suite`() throws {
        let asked = Mutex(0)
        let terminal = try Terminal { request in
            guard request.path.hasSuffix("/children") else { return .json(200, execution("failed")) }
            let isFirst = asked.withLock { count in
                count += 1
                return count == 1
            }
            return .json(200, #"{"items":[\#(child)],"nextCursor":\#(isFirst ? #""more""# : "null")}"#)
        }
        #expect(terminal.run("watch", runID, "--json").code == 1)
        #expect(terminal.lines.count == 1)
        #expect(terminal.text.hasPrefix("{\"cases\":[{") && terminal.text.components(of: caseID) == 2)
        #expect(terminal.server.requests.last?.target.hasSuffix("children?limit=200&cursor=more") == true)
    }

    @Test func `a report is what the server wrote, in a file or on standard output`() throws {
        let terminal = try Terminal { request in
            request.path.hasSuffix("/report") ? .json(200, "<testsuites/>") : .json(200, execution("failed"))
        }
        let file = terminal.directory + "/notes.txt"
        #expect(terminal.run("watch", runID, "--junit", file).code == 1)
        #expect(terminal.read("notes.txt") == "<testsuites/>")
        #expect(terminal.server.requests.contains { $0.target == "/api/v1/executions/\(runID)/report?format=junit" })
        let away = terminal.run("watch", runID, "--junit", "/nowhere/at/all.xml")
        #expect(away.code == 2 && away.message?.contains("cannot write '/nowhere/at/all.xml'") == true)
        #expect(terminal.run("report", runID, "-f", "csv", "-o", file).code == 0)
        #expect(terminal.server.requests.last?.target == "/api/v1/executions/\(runID)/report?format=csv")
        let before = terminal.text
        #expect(terminal.run("report", runID).code == 0)
        #expect(terminal.text == before + "<testsuites/>")
        let spread = terminal.run("report", runID, "--format", "xlsx")
        #expect(spread.code == 2 && spread.message?.contains("name a file with --output") == true)
        let refused = try Terminal { _ in problem(422, "?format: must be one of json, html") }
        #expect(refused.run("report", runID, "--format", "pdf").message == "assay: ?format: must be one of json, html")
    }

    @Test func `the version is told`() throws {
        let terminal = try Terminal { _ in .reply(404) }
        #expect(terminal.run("--version").code == 0)
        #expect(terminal.text.hasPrefix("0."))
    }

    @Test func `options that need --wait say so`() throws {
        let terminal = try Terminal { _ in .reply(404) }
        let outcome = terminal.run("run", "smoke", "--junit", "x.xml")
        #expect(outcome.code == 2 && outcome.message?.contains("need --wait") == true)
        #expect(terminal.server.requests.isEmpty)
    }
}

extension String {
    /// How often `part` stands in it.
    fileprivate func components(of part: String) -> Int { ranges(of: part).count }
}
