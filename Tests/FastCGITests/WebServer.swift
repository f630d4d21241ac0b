import FastCGI
import Glibc
import Synchronization

/// The web server's side of FastCGI, as far as tests need it: one connection, records as bytes.
final class Connection: Sendable {
    let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
        limitReading()
    }

    init(path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let status = withAddress(path) { connect(descriptor, $0, $1) }
        guard status == 0 else { throw SocketFailure(call: "connect", code: errno) }
        limitReading()
    }

    /// A test that waits for what never comes fails instead of hanging.
    private func limitReading() {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Bytes until `count` are there or the connection ends.
    func read(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < count {
            let got = Glibc.read(descriptor, &chunk, min(chunk.count, count - bytes.count))
            guard got > 0 else { break }
            bytes.append(contentsOf: chunk.prefix(got))
        }
        return bytes
    }

    /// The next record; nil at the end of the connection.
    func record() -> (type: UInt8, requestID: UInt16, payload: [UInt8])? {
        let header = read(8)
        guard header.count == 8 else { return nil }
        let payload = read(Int(header[4]) << 8 | Int(header[5]))
        _ = read(Int(header[6]))
        return (header[1], UInt16(header[2]) << 8 | UInt16(header[3]), payload)
    }

    /// All of STDOUT until END_REQUEST; nil when the connection ended without one.
    func answer() -> String? {
        var output: [UInt8] = []
        while let record = record() {
            if record.type == 6 { output.append(contentsOf: record.payload) }
            if record.type == 3 { return String(decoding: output, as: UTF8.self) }
        }
        return nil
    }

    /// STDOUT until `text` has been seen; what was seen.
    func output(until text: String) -> String {
        var output = ""
        while !output.contains(text), let record = record(), record.type == 6 {
            output += String(decoding: record.payload, as: UTF8.self)
        }
        return output
    }
}

struct SocketFailure: Error {
    let call: String
    let code: Int32
}

/// A listening unix socket in the temporary directory, removed at the end.
final class Listener: Sendable {
    let path: String
    let descriptor: Int32

    init() throws {
        path = "/tmp/assay-fcgi-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let status = withAddress(path) { bind(descriptor, $0, $1) }
        guard status == 0, listen(descriptor, 1024) == 0 else { throw SocketFailure(call: "bind", code: errno) }
    }

    deinit {
        close(descriptor)
        unlink(path)
    }
}

/// A server running on its own thread until the scope ends.
final class RunningServer: Sendable {
    let server: FastCGIServer
    let listener: Listener
    private let thread: Mutex<ServingThread?>

    init(
        threads: Int = 4, limits: RequestLimits = RequestLimits(), refuse: @escaping Refusal.Answer = Refusal.bare,
        handler: @escaping @Sendable (Request) -> Reply
    ) throws {
        listener = try Listener()
        server = try FastCGIServer(
            listeningDescriptor: listener.descriptor, threads: threads, limits: limits, refuse: refuse,
            handler: handler)
        let server = server
        thread = Mutex(ServingThread { server.run() })
    }

    deinit { stop() }

    func stop() {
        server.drain()
        thread.withLock { thread in
            thread?.join()
            thread = nil
        }
    }

    func connect() throws -> Connection { try Connection(path: listener.path) }

    /// One whole exchange.
    func exchange(_ parameters: [(String, String)], body: [UInt8] = []) throws -> String? {
        let connection = try connect()
        connection.write(Records.request(parameters, body: body))
        return connection.answer()
    }
}

enum Records {
    static func record(_ type: UInt8, _ payload: [UInt8], id: UInt16 = 1) -> [UInt8] {
        [1, type, UInt8(id >> 8), UInt8(id & 255), UInt8(payload.count >> 8), UInt8(payload.count & 255), 0, 0]
            + payload
    }

    static func begin(role: UInt8 = 1, id: UInt16 = 1) -> [UInt8] { record(1, [0, role, 0, 0, 0, 0, 0, 0], id: id) }

    static func parameters(_ pairs: [(String, [UInt8])], id: UInt16 = 1) -> [UInt8] {
        var payload: [UInt8] = []
        for (name, value) in pairs {
            payload += length(name.utf8.count) + length(value.count) + Array(name.utf8) + value
        }
        return pieces(4, payload, id: id) + record(4, [], id: id)
    }

    static func input(_ body: [UInt8], id: UInt16 = 1) -> [UInt8] { pieces(5, body, id: id) + record(5, [], id: id) }

    static func request(_ pairs: [(String, String)], body: [UInt8] = [], id: UInt16 = 1) -> [UInt8] {
        begin(id: id) + parameters(pairs.map { ($0.0, Array($0.1.utf8)) }, id: id) + input(body, id: id)
    }

    static func get(_ path: String, query: String = "", id: UInt16 = 1) -> [UInt8] {
        request([("REQUEST_METHOD", "GET"), ("DOCUMENT_URI", path), ("QUERY_STRING", query)], id: id)
    }

    private static func pieces(_ type: UInt8, _ payload: [UInt8], id: UInt16) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = payload[...]
        while !rest.isEmpty {
            bytes += record(type, Array(rest.prefix(60_000)), id: id)
            rest = rest.dropFirst(60_000)
        }
        return bytes
    }

    private static func length(_ count: Int) -> [UInt8] {
        count < 128
            ? [UInt8(count)]
            : [UInt8(count >> 24 & 127 | 128), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255), UInt8(count & 255)]
    }
}

private func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
}
