/// JSON string escaping for log lines; any string gives a valid literal.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    mutating func append(raw text: String) { bytes += text.utf8 }

    mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        // The view repairs whatever is not valid UTF-8.
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): bytes += "\\\"".utf8
            case UInt8(ascii: "\\"): bytes += "\\\\".utf8
            case UInt8(ascii: "\n"): bytes += "\\n".utf8
            case 0..<0x20, 0x7f:
                bytes += "\\u00".utf8
                bytes.append(hexDigit(byte >> 4))
                bytes.append(hexDigit(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private func hexDigit(_ nibble: UInt8) -> UInt8 { nibble < 10 ? nibble + 48 : nibble + 87 }
}
