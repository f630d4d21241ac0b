import Daemon
import Domain
import EventStream
import FastCGI
import Glibc
import Synchronization
import Testing

/// The role as a process runs it: its threads, a loop, late streams brought up by replay threads.
@Suite struct LiveRoleTests {
    @Test func `late and live streams see everything while the role runs`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        for _ in 0..<130 { try bench.happen(run, ["execution.steps"]) }
        let role = try bench.role()
        let loop = Loop("events", intervalMs: 5, log: Log(role: "events", write: { _ in })) { try role.runOnce() }
        loop.start()
        let streams = WorkerThread("streams") { role.runStreams() }
        let late = try bench.open(role, bench.get("/api/v1/executions/\(run.id)/events"))
        let live = try bench.open(role, bench.get("/api/v1/events", [("project", "demo")]))
        try bench.happen(run, ["execution.progress"])
        try bench.end(run, .passed)
        let told = late.untilEnd()
        #expect(SeenEvent.all(in: told).count == 133)
        role.drain()
        loop.stop()
        loop.join()
        streams.join()
        #expect(SeenEvent.all(in: live.untilEnd()).last?.type == "bye")
        #expect(role.figures.openStreams == 0)
    }

    @Test func `a client that does not read its replay is dropped at the drain`() throws {
        let bench = try Bench()
        let run = try bench.execution()
        for _ in 0..<60 {
            try bench.happen(run, ["execution.steps"], body: ["text": .string(String(repeating: "x", count: 20_000))])
        }
        let role = try bench.role()
        let streams = WorkerThread("streams") { role.runStreams() }
        let client = try bench.open(role, bench.get("/api/v1/executions/\(run.id)/events"))
        client.waitForBytes()
        // Closing unblocks the write: the thread must not hold the process.
        client.hangUp()
        role.drain()
        streams.join()
        #expect(role.figures.openStreams == 0)
    }
}

extension StreamClient {
    /// Everything until the request ends; at most 10 s.
    func untilEnd() -> String {
        var text = ""
        for _ in 0..<100 {
            let (more, hasEnded) = received()
            text += more
            if hasEnded { break }
            waitForBytes()
        }
        return text
    }

    /// Returns when something can be read, or after 100 ms.
    func waitForBytes() {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&waiting, 1, 100)
    }

    func hangUp() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}
