import Domain
import EventStream
import FastCGI
import Testing

@Suite struct WaitTests {
    private func path(_ run: Bench.Run) -> String { "/api/v1/executions/\(run.id)/wait" }

    private func expected(_ run: Bench.Run, _ status: ExecutionStatus) -> String {
        #"{"final":\#(status.isFinal),"id":"\#(run.id)","status":"\#(status.rawValue)"}"#
    }

    @Test func `a wait is answered when its execution ends`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.turn(role)
        #expect(client.received() == ("", false))
        #expect(role.figures.parkedWaits == 1)
        try bench.end(run, .failed)
        try bench.turn(role, 1)
        let (text, hasEnded) = client.received()
        #expect(text.hasPrefix("Status: 200 OK\r\nContent-Type: application/json\r\n"))
        #expect(text.hasSuffix("\r\n\r\n" + expected(run, .failed)))
        #expect(hasEnded)
        #expect(role.figures.parkedWaits == 0)
    }

    @Test func `a wait is answered at its time-out`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run), [("timeoutMs", "5000")]))
        try bench.turn(role)
        #expect(!client.received().hasEnded)
        try bench.turn(role, .max / 2)
        #expect(client.received().text.hasSuffix(expected(run, .pending)))
    }

    @Test func `a wait does not depend on the feed`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.end(run, .passed, isSequenced: false)
        try bench.turn(role, 5000)
        #expect(client.received().text.hasSuffix(expected(run, .passed)))
    }

    @Test func `what is final already, or need not wait, is answered at once`() throws {
        let bench = try Bench()
        let done = try bench.execution()
        let open = try bench.execution()
        try bench.end(done, .passed)
        let role = try bench.role()
        let final = #expect(throws: Answered.self) { try bench.open(role, bench.get(path(done))) }
        #expect(final.map { String(decoding: $0.response.body, as: UTF8.self) } == expected(done, .passed))
        let polled = #expect(throws: Answered.self) {
            try bench.open(role, bench.get(path(open), [("timeoutMs", "0")]))
        }
        #expect(polled.map { String(decoding: $0.response.body, as: UTF8.self) } == expected(open, .pending))
        for text in ["-1", "x", "600001"] {
            let refused = #expect(throws: Answered.self) {
                try bench.open(role, bench.get(path(open), [("timeoutMs", text)]))
            }
            #expect(refused?.response.status == 422)
        }
    }

    @Test func `an end between the look and the parking is not missed`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        guard case .stream(let start) = role.handle(bench.get(path(run))) else {
            Issue.record("answered at once")
            return
        }
        try bench.end(run, .passed)
        _ = try role.runOnce(nowMs: 0)
        let client = StreamClient()
        start.adopt(client.handle)
        role.streamsOnce(nowMs: 0)
        #expect(client.received().text.hasSuffix(expected(run, .passed)))
    }

    @Test func `a lost membership ends a wait with 404`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        try bench.fact("membership.changed", in: nil, body: ["userId": .string(bench.member.description)])
        try bench.turn(role)
        #expect(!client.received().hasEnded)
        bench.rights.revoke(bench.member)
        try bench.fact("membership.changed", in: nil, body: ["userId": .string(bench.member.description)])
        try bench.turn(role)
        #expect(client.received().text.hasPrefix("Status: 404 "))
    }

    @Test func `drain answers waits with the status of now`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get(path(run)))
        role.drain()
        role.streamsOnce(nowMs: 0)
        #expect(client.received().text.hasSuffix(expected(run, .pending)))
    }

    @Test func `a waiting client that leaves is forgotten`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        let role = try bench.role()
        do { _ = try bench.open(role, bench.get(path(run))) }
        // Adopted in the first pass, seen to be gone in the second.
        try bench.turn(role)
        try bench.turn(role)
        #expect(role.figures.parkedWaits == 0)
    }
}
