/// Why a document is not JSON we accept.
package struct JSONError: Error, Equatable, Sendable {
    package let message: String
    /// Byte offset at which reading stopped.
    package let offset: Int
}

/// Strict RFC 8259 reader with a depth limit; refuses invalid UTF-8, duplicate keys and unpaired surrogates.
///
/// Ours because request validation needs the tree, a depth limit and the offset of the fault in one pass.
package struct JSONParser {
    private let bytes: [UInt8]
    private let maximumDepth: Int
    private let roundsIntegers: Bool
    private var offset = 0

    /// Parses one document of at most `maximumDepth` nested arrays and objects.
    ///
    /// An integer that needs more than 64 bits is refused, because nothing here could keep it; with `roundsIntegers`,
    /// for documents that others wrote, it becomes the nearest double.
    package static func parse(
        _ bytes: [UInt8], maximumDepth: Int = Limits.jsonDepth, roundsIntegers: Bool = false
    ) throws(JSONError) -> JSONValue {
        guard
            let end = bytes.withUnsafeBufferPointer({ String(validating: $0, as: UTF8.self) == nil ? nil : bytes.count }
            )
        else { throw JSONError(message: "not valid UTF-8", offset: 0) }
        var parser = JSONParser(bytes: bytes, maximumDepth: maximumDepth, roundsIntegers: roundsIntegers)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.offset == end else { throw parser.fault("unexpected text after the document") }
        return value
    }

    package static func parse(
        _ text: String, maximumDepth: Int = Limits.jsonDepth, roundsIntegers: Bool = false
    ) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8), maximumDepth: maximumDepth, roundsIntegers: roundsIntegers)
    }

    private init(bytes: [UInt8], maximumDepth: Int, roundsIntegers: Bool) {
        self.bytes = bytes
        self.maximumDepth = maximumDepth
        self.roundsIntegers = roundsIntegers
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard let byte = peek() else { throw fault("unexpected end of the document") }
        switch byte {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var members: [String: JSONValue] = [:]
        skipSpace()
        if take("}") { return .object(members) }
        while true {
            skipSpace()
            guard peek() == UInt8(ascii: "\"") else { throw fault("expected a member name") }
            let key = try string()
            skipSpace()
            guard take(":") else { throw fault("expected ':'") }
            let member = try value(depth: depth)
            // Swift compares text by what it means, so a dictionary holds one of the spellings of 'é' only.
            if let twin = members.index(forKey: key).map({ members[$0].key }) {
                let isSame = twin.utf8.elementsEqual(key.utf8)
                throw fault(
                    isSame
                        ? "duplicate member '\(key)'" : "two members '\(key)' that differ only in Unicode normalisation"
                )
            }
            members[key] = member
            skipSpace()
            if take("}") { return .object(members) }
            guard take(",") else { throw fault("expected ',' or '}'") }
        }
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try enter(depth)
        var items: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(items) }
        while true {
            items.append(try value(depth: depth))
            skipSpace()
            if take("]") { return .array(items) }
            guard take(",") else { throw fault("expected ',' or ']'") }
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= maximumDepth else { throw fault("nested deeper than \(maximumDepth) levels") }
        offset += 1
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        var text: [UInt8] = []
        while let byte = peek() {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault("control character in a string")
            default: text.append(byte)
            }
        }
        throw fault("unterminated string")
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = peek() else { throw fault("unterminated string") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"): text.append(contentsOf: Array(String(try unicodeEscape()).utf8))
        default: throw fault("unknown escape in a string")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800..<0xdc00).contains(first), take("\\"), take("u") else { throw fault("unpaired surrogate") }
        let second = try fourHexDigits()
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw fault("unpaired surrogate") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek(), let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("expected four hex digits")
            }
            offset += 1
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        _ = take("-")
        let digitsStart = offset
        skipDigits()
        guard offset > digitsStart else { throw fault("expected a value") }
        guard offset == digitsStart + 1 || bytes[digitsStart] != UInt8(ascii: "0") else { throw fault("leading zero") }
        var isInteger = true
        if take(".") {
            isInteger = false
            let fraction = offset
            skipDigits()
            guard offset > fraction else { throw fault("expected digits after '.'") }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            let exponent = offset
            skipDigits()
            guard offset > exponent else { throw fault("expected digits in the exponent") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        if isInteger, !roundsIntegers { throw fault("integer of more than 64 bits") }
        guard let value = Double(text), value.isFinite else { throw fault("number out of range") }
        return .number(value)
    }

    private mutating func skipDigits() {
        while let byte = peek(), (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { offset += 1 }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count,
            bytes[offset..<end].elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
        else { throw fault("expected a value") }
        offset = end
        return value
    }

    private mutating func skipSpace() {
        while let byte = peek(), byte == 32 || byte == 10 || byte == 13 || byte == 9 { offset += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = peek(), UInt32(byte) == character.value else { return false }
        offset += 1
        return true
    }

    private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func fault(_ message: String) -> JSONError { JSONError(message: message, offset: offset) }
}
