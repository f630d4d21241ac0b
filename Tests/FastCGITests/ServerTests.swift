import FastCGI
import Glibc
import Synchronization
import Testing

@Suite struct ServerTests {
    private func hello(threads: Int = 4) throws -> RunningServer {
        try RunningServer(threads: threads, limits: RequestLimits(ioTimeoutSeconds: 1)) { _ in
            .response(Response(status: 200, body: Array("hello".utf8)))
        }
    }

    @Test func `64 clients at once are all answered`() throws {
        let running = try hello()
        let counter = Counter()
        let clients = (0..<64).compactMap { _ in
            ServingThread {
                for _ in 0..<10 where (try? running.exchange([("DOCUMENT_URI", "/")]))??.hasSuffix("hello") == true {
                    counter.add()
                }
            }
        }
        for client in clients { client.join() }
        #expect(clients.count == 64)
        #expect(counter.value == 640)
    }

    @Test(
        arguments: [
            [], [1], [UInt8](repeating: 0xff, count: 64), Records.record(9, []), Records.record(4, [1, 2, 3]),
            Records.begin(role: 9), Records.begin() + [1, 77, 0, 1, 0, 0, 0, 0],
            Records.begin() + Records.record(4, [0xff, 0xff, 0xff, 0xff, 1]) + Records.record(4, []),
            Records.begin() + Records.record(4, [5, 5, 65]) + Records.record(4, []),
            [2] + Records.begin().dropFirst(), Records.record(1, [0, 1]),
        ] as [[UInt8]])
    func `malformed records end their connection and nothing else`(bytes: [UInt8]) throws {
        let running = try hello(threads: 1)
        let broken = try running.connect()
        broken.write(bytes)
        shutdown(broken.descriptor, Int32(SHUT_WR))
        #expect(broken.answer()?.contains("hello") != true)
        #expect(try running.exchange([("DOCUMENT_URI", "/")])?.hasSuffix("hello") == true)
    }

    @Test func `random records never stop the server`() throws {
        let running = try hello(threads: 2)
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            let client = try running.connect()
            var bytes = Records.begin() + Records.parameters([("DOCUMENT_URI", [47]), ("HTTP_A", [65])])
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            client.write(bytes + Records.input([1, 2, 3]))
            shutdown(client.descriptor, Int32(SHUT_WR))
            _ = client.answer()
        }
        #expect(try running.exchange([("DOCUMENT_URI", "/")])?.hasSuffix("hello") == true)
    }

    @Test func `a silent connection is given up`() throws {
        let running = try hello(threads: 1)
        let silent = try running.connect()
        #expect(try running.exchange([("DOCUMENT_URI", "/")])?.hasSuffix("hello") == true)
        #expect(silent.record() == nil)
    }

    @Test func `a client that leaves during its body is not answered`() throws {
        let running = try hello(threads: 1)
        do {
            let client = try running.connect()
            client.write(
                Records.begin() + Records.parameters([("DOCUMENT_URI", [47]), ("CONTENT_LENGTH", [57])])
                    + Records.record(5, [1]))
        }
        #expect(try running.exchange([("DOCUMENT_URI", "/")])?.hasSuffix("hello") == true)
    }

    @Test func `drain lets a request in flight finish`() throws {
        let entered = Gate()
        let release = Gate()
        let running = try RunningServer(threads: 2) { _ in
            entered.open()
            release.wait()
            return .response(Response(status: 200, body: Array("late".utf8)))
        }
        let client = try running.connect()
        client.write(Records.get("/"))
        entered.wait()
        running.server.drain()
        release.open()
        #expect(client.answer()?.hasSuffix("late") == true)
        running.stop()
        // The socket still belongs to the caller: a connection waits in it for the next process.
        _ = try running.connect()
    }

    @Test func `a bad listening descriptor is an error`() {
        #expect(throws: FastCGIError.self) {
            try FastCGIServer(listeningDescriptor: -1, threads: 1) { _ in .response(Response(status: 200)) }
        }
    }

    @Test func `large answers arrive whole`() throws {
        let running = try RunningServer { _ in
            .response(Response(status: 200, body: [UInt8](repeating: 65, count: 1 << 20)))
        }
        let answer = try #require(try running.exchange([("DOCUMENT_URI", "/")]))
        #expect(answer.utf8.count > 1 << 20)
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    func add() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
}

/// A one-way signal between threads of a test.
final class Gate: Sendable {
    private let ends: (read: Int32, write: Int32)

    init() {
        var pair: [Int32] = [-1, -1]
        pipe(&pair)
        ends = (pair[0], pair[1])
    }

    deinit {
        close(ends.read)
        close(ends.write)
    }

    func open() { _ = Glibc.write(ends.write, "x", 1) }

    func wait() {
        var byte: UInt8 = 0
        _ = Glibc.read(ends.read, &byte, 1)
    }
}
