import Glibc
import Synchronization

/// A real HTTP/1.1 server on 127.0.0.1 whose answers a test writes; it records every request.
package final class HTTPServerDouble: Sendable {
    package struct Received: Sendable {
        package let method: String
        /// Path and query as sent.
        package let target: String
        package let headers: [(name: String, value: String)]
        package let body: [UInt8]

        package init(method: String, target: String, headers: [(name: String, value: String)], body: [UInt8]) {
            self.method = method
            self.target = target
            self.headers = headers
            self.body = body
        }

        package var path: String { String(target.prefix { $0 != "?" }) }
        package var text: String { String(decoding: body, as: UTF8.self) }

        package func header(_ name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    package enum Answer: Sendable {
        case reply(Int, [(String, String)] = [], [UInt8] = [])
        /// Headers at once, then whatever the body writes; the connection ends with it.
        case stream([(String, String)], @Sendable (StreamWriter) -> Void)
        /// These bytes instead of a reply, then the connection ends.
        case raw([UInt8])
        /// The connection ends without a reply.
        case cut
        /// No answer until the client goes away.
        case silence

        package static func text(_ status: Int, _ body: String, _ headers: [(String, String)] = []) -> Answer {
            .reply(status, headers, Array(body.utf8))
        }

        package static func json(_ status: Int, _ body: String) -> Answer {
            text(status, body, [("Content-Type", status < 400 ? "application/json" : "application/problem+json")])
        }
    }

    private let listener: Listener
    private let received = Mutex<[Received]>([])
    private let arrived = Bell()

    /// Answers every request by `handler`, each connection on a thread of its own.
    package init(_ handler: @escaping @Sendable (Received) -> Answer) throws {
        listener = try Listener()
        let store = Store(self)
        listener.serve { line in
            while let request = HTTPServerDouble.read(line) {
                store.add(request)
                guard HTTPServerDouble.answer(handler(request), request, line) else { return }
            }
        }
    }

    /// Answers in this order and then, for ever, as the last one.
    package convenience init(script: [Answer]) throws {
        let remaining = Mutex(script[...])
        try self.init { _ in
            remaining.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .reply(404) }
        }
    }

    deinit { listener.stop() }

    package var port: Int { listener.port }
    package var url: String { "http://127.0.0.1:\(listener.port)" }
    package var requests: [Received] { received.withLock { $0 } }

    package func stop() { listener.stop() }
    package func cutConnections() { listener.cutConnections() }

    /// Waits until at least `count` requests have arrived that `matches`; false after `timeoutMs`.
    package func waitForRequests(
        _ count: Int = 1, timeoutMs: Int = 5_000, _ matches: @Sendable (Received) -> Bool = { _ in true }
    ) -> Bool {
        arrived.wait(timeoutMs: timeoutMs) { requests.filter(matches).count >= count }
    }

    // The connection threads must not keep the double alive.
    private final class Store: Sendable {
        private let server: WeakServer
        init(_ server: HTTPServerDouble) { self.server = WeakServer(server) }
        func add(_ request: Received) {
            guard let server = server.value else { return }
            server.received.withLock { $0.append(request) }
            server.arrived.ring()
        }
    }

    private final class WeakServer: Sendable {
        private let box: Mutex<Weak>
        private struct Weak { weak var server: HTTPServerDouble? }
        init(_ server: HTTPServerDouble) { box = Mutex(Weak(server: server)) }
        var value: HTTPServerDouble? { box.withLock { $0.server } }
    }

    private static func read(_ line: SocketLine) -> Received? {
        guard let first = line.readLine() else { return nil }
        let words = first.split(separator: " ")
        guard words.count >= 2 else { return nil }
        var headers: [(name: String, value: String)] = []
        while let text = line.readLine(), !text.isEmpty {
            let parts = text.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            headers.append((String(parts.first ?? ""), String(value)))
        }
        let length = headers.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard let body = line.read(length) else { return nil }
        return Received(method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    }

    /// Answers one request; false when the connection is over.
    private static func answer(_ answer: Answer, _ request: Received, _ line: SocketLine) -> Bool {
        switch answer {
        case .reply(let status, let headers, let body):
            var head = "HTTP/1.1 \(status) Status\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            if status != 204 { head += "Content-Length: \(body.count)\r\n" }
            return line.write(Array((head + "\r\n").utf8) + (request.method == "HEAD" ? [] : body))
        case .stream(let headers, let body):
            var head = "HTTP/1.1 200 OK\r\nConnection: close\r\n"
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            if line.write(Array((head + "\r\n").utf8)) { body(StreamWriter(line)) }
            return false
        case .raw(let bytes):
            line.write(bytes)
            return false
        case .cut: return false
        case .silence:
            line.waitForClose()
            return false
        }
    }
}

/// Writes the body of a streamed answer.
package struct StreamWriter {
    private let line: SocketLine

    init(_ line: SocketLine) { self.line = line }

    /// False when the client is gone.
    @discardableResult
    package func write(_ text: String) -> Bool { line.write(Array(text.utf8)) }

    package func waitForClose() { line.waitForClose() }
}
