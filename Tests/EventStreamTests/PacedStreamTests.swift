import Daemon
import Domain
import EventStream
import FastCGI
import Testing

/// Streams that begin far behind, clients that are slow, and what is kept for them.
@Suite struct PacedStreamTests {
    private let demo = [("project", "demo")]
    private let large: JSONValue = ["text": .string(String(repeating: "x", count: 40_000))]

    /// Reads and turns until `count` events have come, or nothing more comes.
    private func read(_ client: StreamClient, _ count: Int, _ bench: Bench, _ role: EventsRole) throws -> [SeenEvent] {
        var text = ""
        var isIdle = false
        while !isIdle, SeenEvent.all(in: text).count < count {
            try bench.turn(role)
            let more = client.received().text
            isIdle = more.isEmpty
            text += more
        }
        return SeenEvent.all(in: text)
    }

    @Test(arguments: [1000, 20])
    func `a client megabytes behind gets everything, from the ring as from the database`(ringCapacity: Int) throws {
        let bench = try Bench(EventsSettings(ringCapacity: ringCapacity, batchRows: 50))
        let run = try bench.execution()
        let role = try bench.role()
        for _ in 0..<80 { try bench.happen(run, ["execution.steps"], body: large) }
        try bench.turn(role)
        let client = try bench.open(role, bench.get("/api/v1/events", demo + [("after", "0")]))
        try bench.happen(run, ["execution.progress"])
        let seen = try read(client, 81, bench, role)
        #expect(seen.count == 81)
        #expect(seen.last?.type == "execution.progress")
        #expect(Set(seen.map(\.id)).count == 81)
    }

    @Test func `clients that do not read hold up nobody and are not given up`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        for _ in 0..<60 { try bench.happen(run, ["execution.steps"], body: large) }
        let role = try bench.role()
        let slow = try (0..<6).map { _ in try bench.open(role, bench.get("/api/v1/executions/\(run.id)/events")) }
        let other = try bench.execution()
        try bench.happen(other, ["execution.queued"])
        // One thread for all of them, here the one of the test: a wait for a client would be a wait for ever.
        let client = try bench.open(role, bench.get("/api/v1/executions/\(other.id)/events"))
        try bench.turn(role)
        #expect(SeenEvent.all(in: client.received().text).map(\.type) == ["execution.queued"])
        #expect(role.figures.subscriptions == 7)
        for each in slow { #expect(try read(each, 60, bench, role).count == 60) }
    }

    @Test func `the ring is bounded in bytes as in entries`() throws {
        let bench = try Bench(EventsSettings(ringCapacity: 1000, ringBytes: 400_000, batchRows: 10))
        let run = try bench.execution()
        let role = try bench.role()
        let client = try bench.open(role, bench.get("/api/v1/events", demo))
        for _ in 0..<60 { try bench.happen(run, ["execution.steps"], body: large) }
        while try role.runOnce(nowMs: 0) == .more { #expect(role.figures.ringBytes <= 500_000) }
        #expect(role.figures.ringBytes > 100_000)
        // What is no longer in the ring comes from the database.
        let late = try bench.open(role, bench.get("/api/v1/events", demo + [("after", "0")]))
        #expect(try read(late, 60, bench, role).count == 60)
        withExtendedLifetime(client) {}
    }

    @Test func `an event larger than the ring reaches everyone`() throws {
        let bench = try Bench(EventsSettings(ringCapacity: 1000, ringBytes: 10_000, batchRows: 10))
        let run = try bench.execution()
        let role = try bench.role()
        let live = try bench.open(role, bench.get("/api/v1/events", demo))
        try bench.happen(run, ["execution.steps"], body: large)
        try bench.turn(role)
        #expect(role.figures.ringBytes == 0)
        let late = try bench.open(role, bench.get("/api/v1/events", demo + [("after", "0")]))
        #expect(try read(live, 1, bench, role).count == 1)
        #expect(try read(late, 1, bench, role).count == 1)
    }
}
