internal import Glibc

/// Cuts what comes in pieces into lines. A line longer than the limit comes once, with its beginning only.
struct LineSplitter {
    static let limitBytes = 4 << 20

    struct Line {
        /// From 1.
        let number: Int
        /// Of its first byte.
        let byteOffset: Int64
        /// Without its end; of use during the call only.
        let bytes: UnsafeRawBufferPointer
        let isCut: Bool

        var text: String { String(decoding: bytes, as: UTF8.self) }

        func refusal(_ code: String, _ message: String, column: Int? = nil) -> Refusal {
            Refusal(
                code: code, message: message, line: number, column: column,
                byteOffset: byteOffset + Int64((column ?? 1) - 1),
                excerpt: String(decoding: bytes.prefix(4096), as: UTF8.self))
        }
    }

    private var carried: [UInt8] = []
    private var isCut = false
    private var number = 1
    private var offset: Int64 = 0
    private var lineOffset: Int64 = 0

    mutating func push(_ bytes: UnsafeRawBufferPointer, to take: (Line) throws -> Void) rethrows {
        var rest = bytes
        while let base = rest.baseAddress, rest.count > 0 {
            guard let found = memchr(base, 10, rest.count) else {
                carry(rest)
                offset += Int64(rest.count)
                return
            }
            let length = UnsafeRawPointer(found) - base
            let line = UnsafeRawBufferPointer(rebasing: rest[..<length])
            if carried.isEmpty {
                try give(line, isCut: false, take)
            } else {
                carry(line)
                try giveCarried(take)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[(length + 1)...])
            offset += Int64(length + 1)
            lineOffset = offset
            number += 1
        }
    }

    /// The last line, when it has no end.
    mutating func finish(to take: (Line) throws -> Void) rethrows {
        if !carried.isEmpty { try giveCarried(take) }
    }

    private mutating func carry(_ bytes: UnsafeRawBufferPointer) {
        let room = Self.limitBytes - carried.count
        carried.append(contentsOf: bytes.prefix(room))
        if bytes.count > room { isCut = true }
    }

    private mutating func giveCarried(_ take: (Line) throws -> Void) rethrows {
        let whole = carried
        carried = []
        defer { isCut = false }
        try whole.withUnsafeBytes { try give($0, isCut: isCut, take) }
    }

    private func give(_ bytes: UnsafeRawBufferPointer, isCut: Bool, _ take: (Line) throws -> Void) rethrows {
        let end = bytes.last == 13 ? bytes.count - 1 : bytes.count
        try take(
            Line(
                number: number, byteOffset: lineOffset, bytes: UnsafeRawBufferPointer(rebasing: bytes[..<end]),
                isCut: isCut || bytes.count > Self.limitBytes))
    }
}
