import Domain
import EventStream
import FastCGI
import Glibc
import MariaDB
import Testing

@Suite struct OutputStreamTests {
    private func path(_ run: Bench.Run) -> String { "/api/v1/executions/\(run.id)/output" }

    private func seen(_ client: StreamClient) -> (events: [SeenEvent], hasEnded: Bool) {
        let (text, hasEnded) = client.received()
        return (SeenEvent.all(in: text), hasEnded)
    }

    private func output(_ text: String, id: Int, step: Int = 1, _ stream: String = "stdout") -> SeenEvent {
        SeenEvent(id: "\(id)", type: "output", data: #"{"step":\#(step),"stream":"\#(stream)","text":"\#(text)"}"#)
    }

    @Test func `what a step prints is streamed and the end of the attempt ends it`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.begin(run)
        try bench.print(run, at: 0, "one ")
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.turn(role)
        #expect(seen(client).events == [output("one ", id: 4)])
        try bench.print(run, at: 4, "bad ", stream: "stderr")
        try bench.turn(role)
        #expect(seen(client).events == [output("bad ", id: 8, "stderr")])
        #expect(role.figures.outputs == 1)
        try bench.endAttempt(run, "passed")
        try bench.turn(role)
        let (events, hasEnded) = seen(client)
        #expect(events == [SeenEvent(type: "end", data: #"{"attempt":1,"status":"passed"}"#)])
        #expect(hasEnded)
        #expect(role.figures.outputs == 0)
    }

    @Test func `a stream resumes behind the last id`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.begin(run)
        try bench.print(run, at: 0, "one two")
        let role = try bench.role()
        let byHeader = try bench.open(
            role, bench.get(path(run), [("after", "0")], [("Last-Event-ID", "4")]))
        let byQuery = try bench.open(role, bench.get(path(run), [("after", "4")]))
        try bench.turn(role)
        #expect(seen(byHeader).events == [output("two", id: 7)])
        #expect(seen(byQuery).events == [output("two", id: 7)])
    }

    @Test func `a stream opened before the first attempt gets it, and the end of one that never comes`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let never = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        let waiting = try bench.open(role, bench.get(path(never)))
        try bench.turn(role)
        #expect(seen(client).events.isEmpty)
        try bench.begin(run)
        try bench.print(run, at: 0, "hi")
        try bench.end(never, .cancelled)
        try bench.turn(role)
        #expect(seen(client).events == [output("hi", id: 2)])
        #expect(seen(waiting).events == [SeenEvent(type: "end", data: #"{"attempt":null,"status":"cancelled"}"#)])
    }

    @Test func `the next attempt can be asked for before it begins`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.begin(run)
        try bench.print(run, at: 0, "first")
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run), [("attempt", "2")]))
        try bench.endAttempt(run, "failed")
        try bench.turn(role)
        #expect(seen(client).events.isEmpty)
        try bench.begin(run, attempt: 2)
        try bench.endAttempt(run, "passed")
        try bench.turn(role)
        #expect(seen(client).events == [SeenEvent(type: "end", data: #"{"attempt":2,"status":"passed"}"#)])
        try bench.end(run, .passed)
        #expect(throws: Answered.self) { try bench.open(role, bench.get(path(run), [("attempt", "3")])) }
    }

    @Test func `without following it ends with what is there`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let pending = try bench.execution()
        try bench.begin(run)
        try bench.print(run, at: 0, "so far")
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run), [("follow", "false")]))
        let none = try bench.open(role, bench.get(path(pending), [("follow", "false")]))
        try bench.turn(role)
        #expect(
            seen(client).events == [
                output("so far", id: 6), SeenEvent(type: "end", data: #"{"attempt":1,"status":"running"}"#),
            ])
        #expect(seen(none).events == [SeenEvent(type: "end", data: #"{"attempt":null,"status":"pending"}"#)])
    }

    @Test func `one step alone ends with its result`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.begin(run)
        try bench.print(run, at: 0, "one")
        try bench.print(run, at: 3, step: 2, "two")
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run), [("step", "1")]))
        try bench.turn(role)
        #expect(seen(client).events == [output("one", id: 3)])
        try bench.endStep(run, bytes: 3)
        try bench.turn(role)
        #expect(seen(client).events == [SeenEvent(type: "end", data: #"{"attempt":1,"status":"passed"}"#)])
        let second = try bench.open(role, bench.get(path(run), [("step", "2")]))
        try bench.turn(role)
        #expect(seen(second).events == [output("two", id: 6, step: 2)])
    }

    @Test func `bad questions are refused`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let hidden = try bench.execution(in: bench.other)
        try bench.begin(run)
        let role = try bench.role()
        func status(_ run: Bench.Run, _ query: [(String, String)] = [], user: ID<User>? = nil) -> Int? {
            let request = bench.get(path(run), query, user: user)
            return #expect(throws: Answered.self) { try bench.open(role, request) }?.response.status
        }
        #expect(status(run, [("attempt", "3")]) == 404)
        for query in [("attempt", "0"), ("step", "x"), ("after", "-1"), ("follow", "maybe"), ("types", "output")] {
            #expect(status(run, [query]) == 422)
        }
        #expect(status(hidden) == 404)
        #expect(status(run, user: ID(at: Bench.time)) == 401)
        bench.rights.forbid(bench.member)
        #expect(status(run) == 403)
    }

    @Test func `a lost membership ends the stream`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.begin(run)
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.turn(role)
        bench.rights.revoke(bench.member)
        try bench.fact("membership.changed", in: nil, body: ["userId": .string(bench.member.description)])
        try bench.turn(role)
        let (events, hasEnded) = seen(client)
        #expect(events == [SeenEvent(type: "revoked", data: "{}")] && hasEnded)
    }

    @Test func `a client that does not read holds up nobody and is sent a page at a time`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.begin(run)
        let block = String(repeating: "z", count: 200_000)
        for number in 0..<20 { try bench.print(run, at: number * 200_000, block) }
        let role = try bench.role()
        let slow = try bench.open(role, bench.get(path(run)))
        let quick = try bench.open(role, bench.get(path(run), [("after", "3999990")]))
        try bench.turn(role)
        #expect(seen(quick).events == [output("zzzzzzzzzz", id: 4_000_000)])
        var text = ""
        for _ in 0..<400 where text.utf8.count < 4_000_000 {
            text += slow.received().text
            try bench.turn(role)
        }
        #expect(SeenEvent.all(in: text).last?.id == "4000000")
        #expect(text.utf8.count > 4_000_000)
    }

    @Test func `nobody watching asks the database nothing`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.begin(run)
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.turn(role)
        try bench.sql("RENAME TABLE execution_output TO out_of_reach")
        defer { _ = try? bench.sql("RENAME TABLE out_of_reach TO execution_output") }
        #expect(throws: (any Error).self) { try bench.turn(role) }
        shutdown(client.descriptor, Int32(SHUT_RDWR))
        role.streamsOnce(nowMs: 0)
        role.streamsOnce(nowMs: 0)
        #expect(role.figures.outputs == 0)
        try bench.turn(role)
    }
}
