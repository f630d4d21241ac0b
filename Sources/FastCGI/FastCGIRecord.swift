/// The few FastCGI records written without libfcgi, to connections it no longer knows.
enum FastCGIRecord {
    static let maximumPayload = 65_535

    /// `payload` as STDOUT records of at most 65,535 bytes; nothing for an empty one, which would end the stream.
    static func output(_ payload: [UInt8], requestID: UInt16) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(payload.count + 8 * (payload.count / maximumPayload + 1))
        var rest = payload[...]
        while !rest.isEmpty {
            let piece = rest.prefix(maximumPayload)
            bytes.append(contentsOf: header(type: 6, requestID: requestID, length: piece.count))
            bytes.append(contentsOf: piece)
            rest = rest.dropFirst(maximumPayload)
        }
        return bytes
    }

    /// End of output and END_REQUEST with status 0.
    static func end(requestID: UInt16) -> [UInt8] {
        header(type: 6, requestID: requestID, length: 0) + header(type: 3, requestID: requestID, length: 8)
            + [UInt8](repeating: 0, count: 8)
    }

    private static func header(type: UInt8, requestID: UInt16, length: Int) -> [UInt8] {
        [
            1, type, UInt8(requestID >> 8), UInt8(requestID & 0xff), UInt8(truncatingIfNeeded: length >> 8),
            UInt8(truncatingIfNeeded: length), 0, 0,
        ]
    }
}
