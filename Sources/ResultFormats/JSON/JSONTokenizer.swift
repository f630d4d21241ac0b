/// What is done with the parts of a document as they come.
protocol JSONSink {
    /// Texts need not be made: what comes now is skipped.
    var isSkipping: Bool { get }
    mutating func open(isObject: Bool)
    mutating func close()
    mutating func key(_ name: String)
    mutating func value(_ value: JSON)
}

/// What is wrong with a document, and the byte of it.
struct JSONDamage: Error, Equatable {
    let message: String
    /// From 0, of all bytes given.
    let byteOffset: Int64
}

/// Reads JSON piece by piece (RFC 8259), with memory for one string. More lenient than `Domain`'s parser, because nobody
/// can mend what another tool wrote: raw control characters in strings stand, lone surrogates and wrong UTF-8 become U+FFFD.
struct JSONTokenizer {
    static let depthLimit = 128
    /// Longer strings are cut.
    static let stringLimitBytes = 8 << 20

    private enum Expecting {
        case value, valueOrEnd, keyOrEnd, key, colon, commaOrEnd, nothing
    }

    private enum Token {
        case none, string, escape, unicode, word
    }

    private(set) var byteOffset: Int64 = 0
    private var expecting = Expecting.value
    private var token = Token.none
    private var isKey = false
    private var objects: [Bool] = []
    private var buffer: [UInt8] = []
    private var hexDigits = 0
    private var hexValue: UInt32 = 0
    private var highSurrogate: UInt32?

    /// The outermost value is complete.
    var isComplete: Bool { expecting == .nothing }

    mutating func feed(_ bytes: UnsafeRawBufferPointer, to sink: inout some JSONSink) throws(JSONDamage) {
        var index = 0
        let start = byteOffset
        while index < bytes.count {
            byteOffset = start + Int64(index)
            switch token {
            case .string: index = try inString(bytes, from: index, &sink)
            case .escape: index = try escape(bytes, index)
            case .unicode: index = try hex(bytes, index)
            case .word: index = try inWord(bytes, from: index, &sink)
            case .none:
                try structure(bytes[index], &sink)
                if token != .word { index += 1 }
            }
        }
        byteOffset = start + Int64(bytes.count)
    }

    mutating func finish(to sink: inout some JSONSink) throws(JSONDamage) {
        if token == .word { try endWord(&sink) }
        guard token == .none, expecting == .nothing else { throw damage("the JSON ends too early") }
    }

    private mutating func structure(_ byte: UInt8, _ sink: inout some JSONSink) throws(JSONDamage) {
        switch byte {
        case 0x20, 0x0A, 0x0D, 0x09: break
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            try wantValue()
            guard objects.count < Self.depthLimit else { throw damage("more than \(Self.depthLimit) levels deep") }
            objects.append(byte == UInt8(ascii: "{"))
            sink.open(isObject: byte == UInt8(ascii: "{"))
            expecting = byte == UInt8(ascii: "{") ? .keyOrEnd : .valueOrEnd
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            let isObject = byte == UInt8(ascii: "}")
            guard objects.last == isObject,
                expecting == .commaOrEnd || expecting == (isObject ? .keyOrEnd : .valueOrEnd)
            else {
                throw damage("unexpected \(Unicode.Scalar(byte))")
            }
            objects.removeLast()
            sink.close()
            valueEnded()
        case UInt8(ascii: "\""):
            isKey = expecting == .key || expecting == .keyOrEnd
            if !isKey { try wantValue() }
            token = .string
            buffer.removeAll(keepingCapacity: true)
        case UInt8(ascii: ","):
            guard expecting == .commaOrEnd else { throw damage("unexpected comma") }
            expecting = objects.last == true ? .key : .value
        case UInt8(ascii: ":"):
            guard expecting == .colon else { throw damage("unexpected colon") }
            expecting = .value
        default:
            try wantValue()
            token = .word
            buffer.removeAll(keepingCapacity: true)
        }
    }

    private func wantValue() throws(JSONDamage) {
        guard expecting == .value || expecting == .valueOrEnd else { throw damage("unexpected value") }
    }

    private mutating func valueEnded() {
        expecting = objects.isEmpty ? .nothing : .commaOrEnd
    }

    /// Takes what comes before the next quote or backslash at once.
    private mutating func inString(
        _ bytes: UnsafeRawBufferPointer, from start: Int, _ sink: inout some JSONSink
    ) throws(JSONDamage) -> Int {
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\") { end += 1 }
        if end > start {
            endSurrogate()
            if !sink.isSkipping || isKey, buffer.count < Self.stringLimitBytes {
                buffer.append(contentsOf: bytes[start..<end].prefix(Self.stringLimitBytes - buffer.count))
            }
        }
        guard end < bytes.count else { return end }
        if bytes[end] == UInt8(ascii: "\\") {
            token = .escape
            return end + 1
        }
        endSurrogate()
        token = .none
        if isKey {
            sink.key(String(decoding: buffer, as: UTF8.self))
            expecting = .colon
        } else {
            sink.value(sink.isSkipping ? .null : .string(String(decoding: buffer, as: UTF8.self)))
            valueEnded()
        }
        return end + 1
    }

    private mutating func escape(_ bytes: UnsafeRawBufferPointer, _ index: Int) throws(JSONDamage) -> Int {
        let byte = bytes[index]
        token = .string
        if byte != UInt8(ascii: "u") { endSurrogate() }
        switch byte {
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "u"): (token, hexDigits, hexValue) = (.unicode, 0, 0)
        default: throw damage("unknown escape")
        }
        return index + 1
    }

    private mutating func hex(_ bytes: UnsafeRawBufferPointer, _ index: Int) throws(JSONDamage) -> Int {
        let byte = bytes[index]
        let digit: UInt8
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
        default: throw damage("a unicode escape has four hexadecimal digits")
        }
        hexValue = hexValue << 4 | UInt32(digit)
        hexDigits += 1
        if hexDigits == 4 {
            token = .string
            takeUnit(hexValue)
        }
        return index + 1
    }

    private mutating func takeUnit(_ unit: UInt32) {
        if let high = highSurrogate, (0xDC00..<0xE000).contains(unit) {
            highSurrogate = nil
            return put(Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00)))
        }
        endSurrogate()
        if (0xD800..<0xDC00).contains(unit) { highSurrogate = unit } else { put(Unicode.Scalar(unit)) }
    }

    private mutating func endSurrogate() {
        guard highSurrogate != nil else { return }
        highSurrogate = nil
        put(nil)
    }

    private mutating func put(_ scalar: Unicode.Scalar?) {
        buffer.append(contentsOf: Array(String(Character(scalar ?? "\u{FFFD}")).utf8))
    }

    private mutating func inWord(
        _ bytes: UnsafeRawBufferPointer, from start: Int, _ sink: inout some JSONSink
    ) throws(JSONDamage) -> Int {
        var end = start
        scan: while end < bytes.count {
            switch bytes[end] {
            case 0x20, 0x0A, 0x0D, 0x09, UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ":"):
                break scan
            default: end += 1
            }
        }
        buffer.append(contentsOf: bytes[start..<end])
        guard buffer.count <= 64 else { throw damage("unexpected text") }
        if end < bytes.count { try endWord(&sink) }
        return end
    }

    private mutating func endWord(_ sink: inout some JSONSink) throws(JSONDamage) {
        token = .none
        switch buffer.first ?? 0 {
        case UInt8(ascii: "t") where buffer == Array("true".utf8): sink.value(.bool(true))
        case UInt8(ascii: "f") where buffer == Array("false".utf8): sink.value(.bool(false))
        case UInt8(ascii: "n") where buffer == Array("null".utf8): sink.value(.null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            guard let number = JSONNumber.read(buffer) else { throw damage("unexpected text") }
            sink.value(.number(number))
        default: throw damage("unexpected text")
        }
        valueEnded()
    }

    private func damage(_ message: String) -> JSONDamage {
        JSONDamage(message: message, byteOffset: byteOffset)
    }
}

enum JSONNumber {
    /// Whole numbers of up to fifteen digits at once, the rest by the standard library.
    static func read(_ bytes: [UInt8]) -> Double? {
        var whole: Int64 = 0
        let negative = bytes.first == UInt8(ascii: "-")
        let digits = negative ? bytes.dropFirst() : bytes[...]
        guard digits.count <= 15 else { return Double(String(decoding: bytes, as: UTF8.self)) }
        for byte in digits {
            guard byte &- 48 < 10 else {
                let number = Double(String(decoding: bytes, as: UTF8.self))
                return number.flatMap { $0.isFinite ? $0 : nil }
            }
            whole = whole * 10 + Int64(byte &- 48)
        }
        return digits.isEmpty ? nil : Double(negative ? -whole : whole)
    }
}
