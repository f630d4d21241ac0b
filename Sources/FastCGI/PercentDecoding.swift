/// Percent-decodes `bytes`; nil when an escape is broken or the result is not clean UTF-8 text.
func percentDecoded(_ bytes: some Sequence<UInt8>, plusIsSpace: Bool) -> String? {
    var decoded: [UInt8] = []
    var iterator = bytes.makeIterator()
    while let byte = iterator.next() {
        switch byte {
        case UInt8(ascii: "%"):
            guard let high = iterator.next().flatMap(hexValue), let low = iterator.next().flatMap(hexValue) else {
                return nil
            }
            decoded.append(high << 4 | low)
        case UInt8(ascii: "+") where plusIsSpace: decoded.append(UInt8(ascii: " "))
        default: decoded.append(byte)
        }
    }
    return String(validating: decoded, as: UTF8.self)
}

/// The pairs of a query string; nil when one of them is malformed. Empty pieces (`a=1&&b=2`) are skipped.
func decodedQuery(_ bytes: some Collection<UInt8>) -> [(String, String)]? {
    var pairs: [(String, String)] = []
    for piece in bytes.split(separator: UInt8(ascii: "&")) {
        let halves = piece.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = halves.first.flatMap({ percentDecoded($0, plusIsSpace: true) }),
            let value = percentDecoded(halves.dropFirst().first ?? piece[piece.endIndex...], plusIsSpace: true)
        else { return nil }
        pairs.append((name, value))
    }
    return pairs
}

/// `text` when it is a path we route: absolute, without control characters.
func routablePath(_ text: String?) -> String? {
    guard let text, text.utf8.first == UInt8(ascii: "/"), !text.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
        return nil
    }
    return text
}

private func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
