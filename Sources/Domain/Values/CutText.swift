extension StringProtocol {
    /// The first `codePoints` Unicode code points: the unit in which `VARCHAR(n)` counts. Never use `prefix` for a
    /// column: it counts what people see as characters, and "\r\n" or a flag is one of them but two code points.
    package func cut(codePoints: Int) -> String {
        String(String.UnicodeScalarView(unicodeScalars.prefix(Swift.max(0, codePoints))))
    }

    /// As many whole code points from the start as fit into `bytes` bytes of UTF-8.
    package func cut(bytes: Int) -> String {
        guard utf8.count > bytes else { return String(self) }
        var kept = String.UnicodeScalarView()
        var length = 0
        for scalar in unicodeScalars {
            length += UTF8.width(scalar)
            if length > bytes { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}

extension RandomAccessCollection<UInt8> {
    /// How many bytes at the end begin a UTF-8 character whose rest may follow.
    package var openCharacterBytes: Int {
        for (index, byte) in suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let whole = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return whole > index + 1 ? index + 1 : 0
        }
        return 0
    }
}
