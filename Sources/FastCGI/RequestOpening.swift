import Glibc

/// Looks at the first records of a connection without consuming them, before libfcgi does.
///
/// libfcgi asserts on parameter lengths it cannot allocate and answers management records into a buffer of fixed
/// size; either would end the process. So only a whole BEGIN_REQUEST and well-formed PARAMS ever reach it.
struct RequestOpening {
    private static let maximumBytes = 128 << 10

    private let connection: Int32
    private var seen: [UInt8] = []
    private var offset = 0

    /// Whether `connection` begins with a request libfcgi can read; waits for it as long as the socket's time-out.
    static func isReadable(_ connection: Int32) -> Bool {
        var opening = RequestOpening(connection: connection)
        // With a peek offset each look continues behind the one before and waits for more.
        setPeekOffset(connection, 0)
        defer { setPeekOffset(connection, -1) }
        guard let begin = opening.record(), begin.type == 1, begin.requestID != 0, begin.payload.count == 8 else {
            return false
        }
        var parameters: [UInt8] = []
        while let next = opening.record() {
            guard next.type == 4, next.requestID == begin.requestID else { return false }
            if next.payload.isEmpty { return areWellFormed(parameters) }
            parameters.append(contentsOf: next.payload)
        }
        return false
    }

    private init(connection: Int32) { self.connection = connection }

    private mutating func record() -> (type: UInt8, requestID: Int, payload: ArraySlice<UInt8>)? {
        guard look(upTo: offset + 8), seen[offset] == 1 else { return nil }
        let header = Array(seen[offset..<offset + 8])
        let start = offset + 8
        let end = start + Int(header[4]) << 8 + Int(header[5])
        guard look(upTo: end + Int(header[6])) else { return nil }
        offset = end + Int(header[6])
        return (header[1], Int(header[2]) << 8 + Int(header[3]), seen[start..<end])
    }

    private mutating func look(upTo count: Int) -> Bool {
        guard count <= RequestOpening.maximumBytes else { return false }
        while seen.count < count {
            let got = withUnsafeTemporaryAllocation(byteCount: 32 << 10, alignment: 16) { chunk in
                let got = recv(connection, chunk.baseAddress, chunk.count, Int32(MSG_PEEK))
                if got > 0 { seen.append(contentsOf: chunk.prefix(got)) }
                return got
            }
            guard got > 0 else { return false }
        }
        return true
    }
}

private func setPeekOffset(_ connection: Int32, _ offset: Int32) {
    var offset = offset
    setsockopt(connection, SOL_SOCKET, SO_PEEK_OFF, &offset, socklen_t(MemoryLayout<Int32>.size))
}

/// Whether every name and value lies inside `bytes` and nothing is left over.
private func areWellFormed(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
        guard let name = length(&rest), let value = length(&rest), name + value <= rest.count else { return false }
        rest = rest.dropFirst(name + value)
    }
    return true
}

private func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
    guard let first = rest.first else { return nil }
    let size = first < 128 ? 1 : 4
    guard rest.count >= size else { return nil }
    defer { rest = rest.dropFirst(size) }
    return size == 1 ? Int(first) : rest.prefix(4).reduce(0) { $0 << 8 | Int($1) } & 0x7fff_ffff
}
