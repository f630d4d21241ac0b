import Domain

/// A secret as it may appear in output: plain, line by line, base64 (alone or inside longer data), URL, JSON.
func secretSpellings(of value: String) -> [[UInt8]] {
    let plain = Array(value.utf8)
    var spellings = [plain]
    let lines = value.split(whereSeparator: \.isNewline)
    // A terminal or an HTTP client may have changed the line ends.
    if lines.count > 1 {
        for end in ["\n", "\r\n"] { spellings.append(Array(lines.joined(separator: end).utf8)) }
        spellings += lines.filter { $0.utf8.count >= 8 }.map { Array($0.utf8) }
    }
    spellings.append(percentEncoded(plain, upper: true, plusForSpace: false))
    spellings.append(percentEncoded(plain, upper: false, plusForSpace: false))
    spellings.append(percentEncoded(plain, upper: true, plusForSpace: true))
    spellings.append(Array(JSONValue.string(value).serialized().dropFirst().dropLast()))
    for alphabet in [base64Standard, base64URL] {
        // Alone, with and without padding; then what does not depend on its neighbours at each of three offsets.
        let alone = base64(plain, alphabet)
        if plain.count >= 3 { spellings.append(alone) }
        for offset in 0..<3 {
            let first = (offset * 8 + 5) / 6
            let last = (offset + plain.count) * 8 / 6
            let encoded = base64([UInt8](repeating: 0, count: offset) + plain, alphabet)
            if last - first >= 6 { spellings.append(Array(encoded[first..<last])) }
        }
    }
    return spellings
}

private let base64Standard = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
private let base64URL = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

/// Base64 without padding.
private func base64(_ bytes: [UInt8], _ alphabet: [UInt8]) -> [UInt8] {
    var out: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in bytes {
        bits = bits << 8 | UInt32(byte)
        count += 8
        while count >= 6 {
            count -= 6
            out.append(alphabet[Int(bits >> UInt32(count) & 63)])
        }
        bits &= 0xff
    }
    if count > 0 { out.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    return out
}

private func percentEncoded(_ bytes: [UInt8], upper: Bool, plusForSpace: Bool) -> [UInt8] {
    var out: [UInt8] = []
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            out.append(byte)
        case UInt8(ascii: " ") where plusForSpace: out.append(UInt8(ascii: "+"))
        default:
            let hex = String(byte, radix: 16, uppercase: upper)
            out.append(contentsOf: ((byte < 16 ? "%0" : "%") + hex).utf8)
        }
    }
    return out
}
