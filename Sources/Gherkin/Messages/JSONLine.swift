/// One JSON value on one line, written member by member in the order of the calls.
struct JSONLine {
    private(set) var text: [UInt8] = []
    private var needsComma = false

    mutating func object(_ key: String? = nil, _ members: (inout JSONLine) -> Void) {
        open(key, "{")
        members(&self)
        close("}")
    }

    mutating func array<Element>(_ key: String? = nil, _ items: [Element], _ write: (inout JSONLine, Element) -> Void) {
        open(key, "[")
        for item in items { write(&self, item) }
        close("]")
    }

    mutating func string(_ key: String? = nil, _ value: String) {
        name(key)
        quote(value)
    }

    mutating func number(_ key: String, _ value: Int) {
        name(key)
        text += String(value).utf8
    }

    mutating func bool(_ key: String, _ value: Bool) {
        name(key)
        text += (value ? "true" : "false").utf8
    }

    /// A number or word that is JSON already.
    mutating func raw(_ value: String) {
        name(nil)
        text += value.utf8
    }

    /// Numbers that name a node are text in Cucumber's messages.
    mutating func id(_ key: String? = nil, _ value: Int) { string(key, String(value)) }

    private mutating func open(_ key: String?, _ bracket: Unicode.Scalar) {
        name(key)
        text.append(UInt8(ascii: bracket))
        needsComma = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        text.append(UInt8(ascii: bracket))
        needsComma = true
    }

    private mutating func name(_ key: String?) {
        if needsComma { text.append(UInt8(ascii: ",")) }
        needsComma = true
        guard let key else { return }
        quote(key)
        text.append(UInt8(ascii: ":"))
    }

    private mutating func quote(_ value: String) {
        text.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += [UInt8(ascii: "\\"), byte]
            case 10: text += "\\n".utf8
            case 13: text += "\\r".utf8
            case 9: text += "\\t".utf8
            case 0..<32:
                let digits = Array("0123456789abcdef".utf8)
                text += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: text.append(byte)
            }
        }
        text.append(UInt8(ascii: "\""))
    }
}
