import FastCGI
import Glibc
import Synchronization
import Testing

@Suite struct StreamHubTests {
    /// A hub, and a way to open streams in it without a server; tests turn its loop by hand.
    private final class Bench: Sendable {
        let hub: StreamHub
        let closed = Mutex<[StreamID: StreamCloseReason]>([:])

        init(_ limits: StreamLimits = StreamLimits()) throws { hub = try StreamHub(limits: limits) }

        func open(requestID: UInt16 = 1, hasHeartbeat: Bool = true) -> (StreamID, Connection) {
            var pair: [Int32] = [-1, -1]
            socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0, &pair)
            _ = fcntl(pair[1], F_SETFL, fcntl(pair[1], F_GETFL) & ~O_NONBLOCK)
            let id = hub.add(StreamHandle(descriptor: pair[0], requestID: requestID), hasHeartbeat: hasHeartbeat) {
                id, reason in self.closed.withLock { $0[id] = reason }
            }
            return (id, Connection(descriptor: pair[1]))
        }

        @discardableResult
        func turn(_ nowMs: Int64 = 0) -> Bool { hub.runOnce(nowMs: nowMs, timeoutMs: 0) }

        /// Bytes that came, records with their heads, while the hub is turned until nothing more comes.
        func readAll(_ client: Connection) -> Int {
            var chunk = [UInt8](repeating: 0, count: 65_536)
            var total = 0
            while true {
                let count = recv(client.descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
                guard count > 0 else { return total }
                total += count
                turn()
            }
        }

        func reason(_ id: StreamID) -> StreamCloseReason? { closed.withLock { $0[id] } }
    }

    @Test func `pieces arrive as records of the request`() throws {
        let bench = try Bench()
        let (id, client) = bench.open(requestID: 258)
        bench.hub.send(Array("data: 1\n\n".utf8), to: id)
        bench.turn()
        let record = try #require(client.record())
        #expect(record.type == 6)
        #expect(record.requestID == 258)
        #expect(String(decoding: record.payload, as: UTF8.self) == "data: 1\n\n")
        #expect(bench.hub.count == 1)
    }

    @Test func `a piece above 64 KiB is split`() throws {
        let bench = try Bench()
        let (id, client) = bench.open()
        bench.hub.send([UInt8](repeating: 65, count: 100_000), to: id)
        bench.turn()
        #expect(client.record()?.payload.count == 65_535)
        #expect(client.record()?.payload.count == 34_465)
    }

    @Test func `close sends the last piece and ends the request`() throws {
        let bench = try Bench()
        let (id, client) = bench.open()
        bench.hub.close(id, final: Array("bye".utf8))
        bench.hub.send(Array("late".utf8), to: id)
        bench.hub.close(id)
        bench.turn()
        #expect(client.answer() == "bye")
        #expect(client.record() == nil)
        #expect(bench.reason(id) == .finished)
        #expect(bench.hub.count == 0)
    }

    @Test func `a client that stops reading is cut at the cap and others go on`() throws {
        let bench = try Bench(StreamLimits(pendingBytes: 1 << 20))
        let (slow, slowClient) = bench.open()
        let (good, goodClient) = bench.open()
        let piece = [UInt8](repeating: 65, count: 60_000)
        var sent = 0
        while bench.reason(slow) == nil && sent < 100 {
            bench.hub.send(piece, to: [slow, good])
            bench.turn()
            #expect(goodClient.record()?.payload.count == 60_000)
            sent += 1
        }
        #expect(bench.reason(slow) == .tooSlow)
        #expect(bench.reason(good) == nil)
        #expect(sent > 17)
        withExtendedLifetime(slowClient) {}
    }

    @Test func `what waited is sent when the client reads again`() throws {
        let bench = try Bench()
        let (id, client) = bench.open()
        for number in 0..<10 { bench.hub.send([UInt8](repeating: UInt8(number), count: 60_000), to: id) }
        bench.turn()
        bench.hub.drain()
        let loop = ServingThread { bench.hub.run() }
        var seen: [UInt8] = []
        while let record = client.record(), record.type == 6 {
            if let first = record.payload.first { seen.append(first) }
        }
        loop?.join()
        #expect(seen == Array(0..<10))
        #expect(bench.reason(id) == .finished)
    }

    @Test func `a client that leaves is removed at once`() throws {
        let bench = try Bench()
        var id: StreamID?
        do {
            let (opened, client) = bench.open()
            bench.turn()
            id = opened
            withExtendedLifetime(client) {}
        }
        bench.turn()
        #expect(try bench.reason(#require(id)) == .clientGone)
        #expect(bench.hub.count == 0)
    }

    @Test func `sending to a client that has just left removes it`() throws {
        let bench = try Bench()
        var id: StreamID?
        do { id = bench.open().0 }
        let opened = try #require(id)
        bench.hub.send([65], to: opened)
        bench.turn()
        #expect(bench.reason(opened) == .clientGone)
    }

    @Test func `silence is broken by a comment after 15 s`() throws {
        let bench = try Bench()
        let (_, client) = bench.open()
        let (_, parked) = bench.open(hasHeartbeat: false)
        bench.turn(0)
        bench.turn(14_999)
        bench.turn(15_999)
        #expect(client.record().map { String(decoding: $0.payload, as: UTF8.self) } == ": \n\n")
        bench.turn(17_000)
        bench.hub.drain(final: Array("end".utf8))
        #expect(bench.turn(17_001))
        #expect(client.answer() == "end")
        #expect(parked.answer() == "end")
    }

    @Test func `drain ends streams that come late too`() throws {
        let bench = try Bench()
        bench.hub.drain(final: Array("bye".utf8))
        #expect(bench.turn())
        let (id, client) = bench.open()
        bench.turn()
        #expect(client.answer() == "bye")
        #expect(bench.reason(id) == .finished)
    }

    @Test func `an ending that nobody reads is given up`() throws {
        let bench = try Bench()
        let (id, client) = bench.open()
        bench.hub.send([UInt8](repeating: 1, count: 800_000), to: id)
        bench.hub.drain()
        #expect(!bench.turn(0))
        #expect(!bench.turn(4999))
        #expect(bench.turn(6000))
        #expect(bench.reason(id) == .tooSlow)
        withExtendedLifetime(client) {}
    }

    @Test func `a handle given twice is a client gone`() throws {
        let bench = try Bench()
        var pair: [Int32] = [-1, -1]
        socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair)
        let other = Connection(descriptor: pair[1])
        let handle = StreamHandle(descriptor: pair[0], requestID: 1)
        _ = bench.hub.add(handle) { _, _ in }
        let second = bench.hub.add(handle) { id, reason in bench.closed.withLock { $0[id] = reason } }
        bench.turn()
        #expect(bench.reason(second) == .clientGone)
        #expect(bench.hub.count == 1)
        withExtendedLifetime(other) {}
    }

    @Test func `one piece above the cap does not cut a client that keeps up`() throws {
        let bench = try Bench(StreamLimits(pendingBytes: 1 << 20))
        let (id, client) = bench.open()
        bench.hub.send([UInt8](repeating: 65, count: 4 << 20), to: id)
        bench.turn()
        #expect(bench.readAll(client) > 4 << 20)
        #expect(bench.reason(id) == nil)
    }

    @Test func `whoever asks is told once when everything is sent`() throws {
        let bench = try Bench()
        let told = Mutex<[String]>([])
        let (id, client) = bench.open()
        bench.hub.whenSent(id) { told.withLock { $0.append("nothing waits") } }
        bench.turn()
        #expect(told.withLock { $0 } == ["nothing waits"])
        bench.hub.send([UInt8](repeating: 65, count: 800_000), to: id)
        bench.hub.whenSent(id) { told.withLock { $0.append("sent") } }
        bench.turn()
        #expect(told.withLock { $0 }.count == 1)
        #expect(bench.readAll(client) > 800_000)
        bench.turn()
        #expect(told.withLock { $0 } == ["nothing waits", "sent"])
    }
}
