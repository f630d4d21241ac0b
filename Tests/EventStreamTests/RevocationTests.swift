import Domain
import EventStream
import FastCGI
import Testing

/// Rights that change while streams are open, opening or far behind.
@Suite struct RevocationTests {
    private let demo = [("project", "demo")]

    private func change(_ bench: Bench) throws {
        try bench.fact("membership.changed", in: nil, body: ["userId": .string(bench.member.description)])
    }

    @Test func `a stream that is still brought up hears of it`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let body: JSONValue = ["text": .string(String(repeating: "x", count: 40_000))]
        for _ in 0..<60 { try bench.happen(run, ["execution.steps"], body: body) }
        let role = try bench.role()
        // It reads nothing yet, so it is far from live.
        let client = try bench.open(role, bench.get("/api/v1/executions/\(run.id)/events"))
        bench.rights.revoke(bench.member)
        try change(bench)
        var text = ""
        var hasEnded = false
        for _ in 0..<100 where !hasEnded {
            try bench.turn(role)
            let more = client.received()
            text += more.text
            hasEnded = more.hasEnded
        }
        #expect(hasEnded)
        #expect(SeenEvent.all(in: text).last?.type == "revoked")
        #expect(SeenEvent.all(in: text).count < 60)
    }

    @Test(arguments: ["/api/v1/events", "wait"])
    func `a change between the look and the opening is not missed`(path: String) throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let request = path == "wait" ? bench.get("/api/v1/executions/\(run.id)/wait") : bench.get(path, demo)
        guard case .stream(let start) = role.handle(request) else {
            Issue.record("answered at once")
            return
        }
        bench.rights.revoke(bench.member)
        try change(bench)
        _ = try role.runOnce(nowMs: 0)
        let client = StreamClient()
        start.adopt(client.handle)
        try bench.turn(role)
        #expect(client.received().hasEnded)
    }

    @Test func `credentials are looked at again once each, all in one question`() throws {
        let bench = try Bench(EventsSettings(ringCapacity: 20, recheckMs: 1000))
        let second = ID<User>(at: Bench.time)
        bench.rights.allow(second, bench.project)
        let run = try bench.execution()
        let role = try bench.role()
        let streams = try (0..<20).map { number in
            try bench.open(role, bench.get("/api/v1/events", demo, user: number % 2 == 0 ? second : nil))
        }
        let parked = try bench.open(role, bench.get("/api/v1/executions/\(run.id)/wait"))
        try bench.turn(role, 0)
        #expect(bench.rights.asked().isEmpty)
        try bench.turn(role, 1000)
        let asked = bench.rights.asked()
        #expect(asked.count == 1)
        #expect(asked.first.map { Set($0).count } == 2)
        #expect(asked.first?.count == 2)
        bench.rights.revoke(second)
        try bench.turn(role, 2000)
        #expect(streams.filter { $0.received().hasEnded }.count == 10)
        #expect(!parked.received().hasEnded)
    }

    @Test func `a look that fails is owed`() throws {
        let bench = try Bench(EventsSettings(ringCapacity: 20, recheckMs: 1000))
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        try bench.turn(role, 0)
        bench.rights.setBroken(true)
        #expect(throws: (any Error).self) { try bench.turn(role, 1000) }
        bench.rights.setBroken(false)
        bench.rights.revoke(bench.member)
        try bench.turn(role, 1001)
        #expect(client.received().hasEnded)
    }

    @Test func `a member without the right gets 403, as at the REST door`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        bench.rights.forbid(bench.member)
        let role = try bench.role()
        for request in [
            bench.get("/api/v1/events", demo), bench.get("/api/v1/executions/\(run.id)/events"),
            bench.get("/api/v1/executions/\(run.id)/wait"),
        ] {
            let answered = #expect(throws: Answered.self) { try bench.open(role, request) }
            #expect(answered?.response.status == 403)
        }
    }

    @Test(arguments: [[("types", "a"), ("types", "b")], [("typs", "a")], [("project", "other")], [("fence", "")]])
    func `keys of the query are known and given once`(extra: [(String, String)]) throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        for request in [
            bench.get("/api/v1/events", demo + extra), bench.get("/api/v1/executions/\(run.id)/events", extra),
            bench.get("/api/v1/executions/\(run.id)/wait", extra),
        ] {
            let answered = #expect(throws: Answered.self) { try bench.open(role, request) }
            #expect(answered?.response.status == 422)
            #expect(
                answered.map { String(decoding: $0.response.body, as: UTF8.self) }?.contains("?\(extra[0].0)") == true)
        }
    }
}
