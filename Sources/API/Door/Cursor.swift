import Domain
package import Wire

/// An opaque place in a list: base64url of what the list's query continues from.
///
/// Not signed: a forged cursor only moves the place inside what the caller may see anyway.
package enum Cursor {
    package static func encode(_ parts: [String]) -> String {
        base64URL(JSONValue.array(parts.map(JSONValue.string)).serialized())
    }

    /// The parts; 422 for text that no list of ours has given out.
    package static func decode(_ text: String, count: Int) throws(Problem) -> [String] {
        guard let bytes = bytes(base64URL: text), let value = try? JSONParser.parse(bytes, maximumDepth: 1),
            let parts = value.array?.compactMap(\.string), parts.count == count
        else { throw .invalid("?cursor", "is not a cursor of this list") }
        return parts
    }
}

private let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

/// RFC 4648 section 5 without padding.
package func base64URL(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        count += 8
        while count >= 6 {
            count -= 6
            text.append(digits[Int(bits >> UInt32(count) & 63)])
        }
        bits &= (1 << UInt32(count)) - 1
    }
    if count > 0 { text.append(digits[Int(bits << UInt32(6 - count) & 63)]) }
    return String(decoding: text, as: UTF8.self)
}

/// Nil for text that is not base64url without padding.
package func bytes(base64URL text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for character in text.utf8 {
        guard let digit = digits.firstIndex(of: character) else { return nil }
        bits = bits << 6 | UInt32(digit)
        count += 6
        if count >= 8 {
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            bits &= (1 << UInt32(count)) - 1
        }
    }
    return bits == 0 && count < 6 ? bytes : nil
}
