/// How the bytes of a file become UTF-8, told by its first bytes: a byte order mark, or where the zeros of its first
/// character stand (every format begins with an ASCII character).
enum Encoding: Equatable {
    case utf8
    case utf16(bigEndian: Bool)
    case utf32(bigEndian: Bool)

    /// The encoding and the length of the byte order mark.
    static func of(_ head: UnsafeRawBufferPointer) -> (Encoding, markBytes: Int) {
        let b = (0..<4).map { $0 < head.count ? head[$0] : 1 }
        switch (b[0], b[1], b[2], b[3]) {
        case (0xEF, 0xBB, 0xBF, _): return (.utf8, 3)
        case (0xFF, 0xFE, 0, 0): return (.utf32(bigEndian: false), 4)
        case (0, 0, 0xFE, 0xFF): return (.utf32(bigEndian: true), 4)
        case (0xFF, 0xFE, _, _): return (.utf16(bigEndian: false), 2)
        case (0xFE, 0xFF, _, _): return (.utf16(bigEndian: true), 2)
        case (1..., 0, 0, 0): return (.utf32(bigEndian: false), 0)
        case (0, 0, 0, 1...): return (.utf32(bigEndian: true), 0)
        case (1..., 0, _, _): return (.utf16(bigEndian: false), 0)
        case (0, 1..., _, _): return (.utf16(bigEndian: true), 0)
        default: return (.utf8, 0)
        }
    }
}

/// Turns UTF-16 and UTF-32 into UTF-8, piece by piece; what is no character becomes U+FFFD.
struct Transcoder {
    private let unitBytes: Int
    private let bigEndian: Bool
    private var unit: UInt32 = 0
    private var unitFill = 0
    private var highSurrogate: UInt32?

    /// Nil for UTF-8, which needs none.
    init?(_ encoding: Encoding) {
        switch encoding {
        case .utf8: return nil
        case .utf16(let bigEndian): (unitBytes, self.bigEndian) = (2, bigEndian)
        case .utf32(let bigEndian): (unitBytes, self.bigEndian) = (4, bigEndian)
        }
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        for byte in bytes {
            unit = bigEndian ? (unit << 8 | UInt32(byte)) : (unit | UInt32(byte) << UInt32(8 * unitFill))
            unitFill += 1
            guard unitFill == unitBytes else { continue }
            take(unit, &output)
            (unit, unitFill) = (0, 0)
        }
    }

    mutating func finish(into output: inout [UInt8]) {
        if highSurrogate != nil || unitFill > 0 { put("\u{FFFD}", &output) }
        (highSurrogate, unitFill) = (nil, 0)
    }

    private mutating func take(_ value: UInt32, _ output: inout [UInt8]) {
        if let high = highSurrogate {
            highSurrogate = nil
            if unitBytes == 2, (0xDC00..<0xE000).contains(value) {
                let joined = 0x10000 + (high - 0xD800) << 10 + (value - 0xDC00)
                return put(Unicode.Scalar(joined) ?? "\u{FFFD}", &output)
            }
            put("\u{FFFD}", &output)
        }
        if unitBytes == 2, (0xD800..<0xDC00).contains(value) {
            highSurrogate = value
        } else {
            put(Unicode.Scalar(value) ?? "\u{FFFD}", &output)
        }
    }

    private func put(_ scalar: Unicode.Scalar, _ output: inout [UInt8]) {
        output.append(contentsOf: UTF8.encode(scalar).map { Array($0) } ?? [])
    }
}
