import Domain
import EventStream
import FastCGI
import MariaDB
import Testing

@Suite struct ProjectStreamTests {
    private let demo = [("project", "demo")]

    @Test func `events arrive in order with their ids`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        let first = try bench.happen(run, ["execution.queued"])
        let second = try bench.happen(run, ["execution.started", "execution.progress"])
        try bench.turn(role)
        let seen = SeenEvent.all(in: client.received().text)
        #expect(seen.map(\.id) == ["\(first).1", "\(second).2", "\(second).3"])
        #expect(seen.map(\.type) == ["execution.queued", "execution.started", "execution.progress"])
        #expect(try seen.first.map { try JSONParser.parse($0.data)["execution"]?.string } == run.id.description)
    }

    @Test func `a project sees nothing of another one`() throws {
        let bench = try Bench()
        bench.rights.allow(bench.member, bench.other)
        let mine = try bench.execution()
        let foreign = try bench.execution(in: bench.other)
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        let otherClient = try bench.open(role, bench.get("/api/v1/events", [("project", "other")]))
        try bench.happen(foreign, ["execution.queued"])
        try bench.happen(mine, ["execution.started"])
        try bench.fact("alert.opened", in: bench.other)
        try bench.fact("agent.online", in: nil)
        try bench.fact("user.changed", in: nil)
        try bench.turn(role)
        #expect(SeenEvent.all(in: client.received().text).map(\.type) == ["execution.started", "agent.online"])
        #expect(
            SeenEvent.all(in: otherClient.received().text).map(\.type) == [
                "execution.queued", "alert.opened", "agent.online",
            ])
    }

    @Test func `types and executions narrow a stream`() throws {
        let bench = try Bench()
        let one = try bench.execution()
        let two = try bench.execution()
        let role = try bench.role()
        let typed = try bench.open(role, bench.get("/api/v1/events", demo + [("types", "execution.finished,alert.*")]))
        let picked = try bench.open(role, bench.get("/api/v1/events", demo + [("executions", two.id.description)]))
        try bench.happen(one, ["execution.queued", "execution.started"])
        try bench.happen(two, ["execution.queued"])
        try bench.end(one, .passed)
        try bench.fact("alert.opened", in: bench.project)
        try bench.turn(role)
        #expect(SeenEvent.all(in: typed.received().text).map(\.type) == ["execution.finished", "alert.opened"])
        #expect(SeenEvent.all(in: picked.received().text).map(\.type) == ["execution.queued", "alert.opened"])
    }

    @Test func `jump rows are stepped over`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        try bench.jump()
        try bench.turn(role)
        let position = try bench.happen(run, ["execution.queued"])
        try bench.turn(role)
        #expect(SeenEvent.all(in: client.received().text).map(\.id) == ["\(position).1"])
        #expect(role.figures.feedPosition == position)
    }

    @Test func `a stream cut anywhere resumes without loss or repeat`() throws {
        let bench = try Bench()
        let runs = try (0..<4).map { _ in try bench.execution() }
        let foreign = try bench.execution(in: bench.other)
        let role = try bench.role()
        let whole = try bench.open(role, bench.get("/api/v1/events", demo + [("after", "0")]))
        var generator = SystemRandomNumberGenerator()
        for number in 0..<120 {
            let run = number % 7 == 0 ? foreign : runs[Int.random(in: 0..<4, using: &generator)]
            try bench.happen(run, Array(repeating: "execution.steps", count: Int.random(in: 1...4, using: &generator)))
            if number % 30 == 0 { try bench.jump() }
            if number % 11 == 0 { try bench.turn(role) }
        }
        try bench.turn(role)
        let all = SeenEvent.all(in: whole.received().text)
        #expect(all.count > 100)
        for _ in 0..<100 {
            let cut = Int.random(in: 0..<all.count, using: &generator)
            let id = try #require(all[cut].id)
            let client = try bench.open(role, bench.get("/api/v1/events", demo, [("Last-Event-ID", id)]))
            try bench.turn(role)
            #expect(SeenEvent.all(in: client.received().text) == Array(all[(cut + 1)...]))
        }
    }

    @Test func `a page continues behind the position it was rendered at`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let rendered = try bench.happen(run, ["execution.queued", "execution.started"])
        // Rendered by a process that is ahead of this one.
        let client = try bench.open(role, bench.get("/api/v1/events", demo + [("after", "\(rendered)")]))
        let next = try bench.happen(run, ["execution.progress"])
        try bench.turn(role)
        #expect(SeenEvent.all(in: client.received().text).map(\.id) == ["\(next).3"])
    }

    @Test(arguments: ["999999.1", "nonsense", "1.x", "-1"])
    func `a place the feed does not have is answered with reset and goes on from now`(cursor: String) throws {
        let bench = try Bench()
        let run = try bench.execution()
        try bench.happen(run, ["execution.queued"])
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo, [("Last-Event-ID", cursor)]))
        try bench.happen(run, ["execution.started"])
        try bench.turn(role)
        #expect(SeenEvent.all(in: client.received().text).map(\.type) == ["reset", "execution.started"])
    }

    @Test func `a cursor older than the kept feed is answered with reset`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        for _ in 0..<5 { try bench.happen(run, ["execution.steps"]) }
        try bench.sql("DELETE FROM feed WHERE pos < 4")
        let role = try bench.role()
        let old = try bench.open(role, bench.get("/api/v1/events", demo + [("after", "2")]))
        let kept = try bench.open(role, bench.get("/api/v1/events", demo + [("after", "3")]))
        try bench.turn(role)
        #expect(SeenEvent.all(in: old.received().text).map(\.type) == ["reset"])
        #expect(SeenEvent.all(in: kept.received().text).map(\.id) == ["4.4", "5.5"])
    }

    @Test func `who may not read gets no stream`() throws {
        let bench = try Bench()
        let role = try bench.role()
        let stranger = ID<User>(at: Bench.time)
        func status(_ request: Request) -> Int {
            if case .response(let response) = role.handle(request) { response.status } else { 0 }
        }
        #expect(status(Request(path: "/api/v1/events", query: demo)) == 401)
        #expect(status(bench.get("/api/v1/events", demo, user: stranger)) == 401)
        #expect(status(bench.get("/api/v1/events", [("project", "other")])) == 404)
        #expect(status(bench.get("/api/v1/events", [("project", "none")])) == 404)
        #expect(status(bench.get("/api/v1/events")) == 422)
        #expect(status(bench.get("/api/v1/events", demo + [("executions", "x")])) == 422)
        #expect(status(bench.get("/api/v1/nothing")) == 404)
        #expect(status(bench.get("/api/v1/executions/x/events")) == 404)
        #expect(status(bench.get("/api/v1/executions/\(bench.project)/else")) == 404)
        #expect(status(Request(method: "POST", path: "/api/v1/events")) == 405)
        bench.rights.setBroken(true)
        #expect(status(bench.get("/api/v1/events", demo)) == 503)
    }

    @Test func `a lost membership ends the stream at the next pass`() throws {
        let bench = try Bench()
        bench.rights.allow(bench.member, bench.other)
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        let kept = try bench.open(role, bench.get("/api/v1/events", [("project", "other")]))
        bench.rights.leave(bench.member, bench.project)
        try bench.fact("membership.changed", in: bench.project, body: ["userId": .string(bench.member.description)])
        try bench.turn(role)
        let (text, hasEnded) = client.received()
        #expect(SeenEvent.all(in: text).map(\.type) == ["revoked"])
        #expect(hasEnded)
        // The other project's stream lives on, and never sees the fact itself.
        #expect(kept.received() == ("", false))
    }

    @Test func `a revocation that cannot be looked up is tried again`() throws {
        let bench = try Bench()
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        bench.rights.setBroken(true)
        try bench.fact("membership.changed", in: nil, body: ["userId": .string(bench.member.description)])
        #expect(throws: (any Error).self) { try bench.turn(role) }
        bench.rights.revoke(bench.member)
        bench.rights.setBroken(false)
        try bench.turn(role)
        #expect(client.received().hasEnded)
    }

    @Test func `a credential that expires by itself ends its stream within a minute`() throws {
        let bench = try Bench()
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        try bench.turn(role, 0)
        bench.rights.revoke(bench.member)
        try bench.turn(role, 59_999)
        #expect(!client.received().hasEnded)
        try bench.turn(role, 60_000)
        #expect(client.received().hasEnded)
        #expect(role.figures.subscriptions == 0)
    }

    @Test func `drain says goodbye to everyone`() throws {
        let bench = try Bench()
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        #expect(role.figures.openStreams == 1)
        role.drain()
        role.runStreams()
        let (text, hasEnded) = client.received()
        #expect(SeenEvent.all(in: text).map(\.type) == ["bye"])
        #expect(hasEnded)
        #expect(role.figures.openStreams == 0)
    }
}
