/// One line of a source text: ranges of its bytes, without the line end.
struct SourceLine {
    let number: Int
    let start: Int
    let end: Int
    /// First byte that is not white space, or `end`.
    let contentStart: Int
    /// End of the last byte that is not white space, or `contentStart`.
    let contentEnd: Int
    /// Where the next line begins.
    let following: Int

    var isEmpty: Bool { contentStart == contentEnd }
}

/// The bytes of a source text, valid UTF-8, read by lines that end in LF or CR LF.
struct SourceText {
    let bytes: [UInt8]

    init(_ text: String) {
        var bytes = Array(text.utf8)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        self.bytes = bytes
    }

    /// The line at an offset that `following` gave, or 0; nil at the end.
    func line(at start: Int, number: Int) -> SourceLine? {
        guard start < bytes.count else { return nil }
        var end = start
        while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
        let following = min(end + 1, bytes.count)
        if end > start, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        let contentStart = skippingSpace(from: start, to: end)
        return SourceLine(
            number: number, start: start, end: end, contentStart: contentStart,
            contentEnd: trimmingSpace(from: contentStart, to: end), following: following)
    }

    func text(_ start: Int, _ end: Int) -> String { String(decoding: bytes[start..<end], as: UTF8.self) }

    /// The text between, without white space around it.
    func trimmed(_ start: Int, _ end: Int) -> String {
        let first = skippingSpace(from: start, to: end)
        return text(first, trimmingSpace(from: first, to: end))
    }

    func codePoints(_ start: Int, _ end: Int) -> Int {
        var count = 0
        for index in start..<end where bytes[index] & 0xC0 != 0x80 { count += 1 }
        return count
    }

    /// Column of a line's first character that is not white space.
    func column(of line: SourceLine) -> Int { codePoints(line.start, line.contentStart) + 1 }

    func starts(_ line: SourceLine, with prefix: [UInt8]) -> Bool {
        guard line.end - line.contentStart >= prefix.count else { return false }
        for offset in prefix.indices where bytes[line.contentStart + offset] != prefix[offset] { return false }
        return true
    }

    func skippingSpace(from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            let length = spaceLength(at: index, before: end)
            guard length > 0 else { break }
            index += length
        }
        return index
    }

    func trimmingSpace(from start: Int, to end: Int) -> Int {
        var end = end
        while end > start {
            var first = end - 1
            while first > start, bytes[first] & 0xC0 == 0x80 { first -= 1 }
            guard spaceLength(at: first, before: end) == end - first else { break }
            end = first
        }
        return end
    }

    /// Bytes of the white space (Unicode's property) that begins at `index`, 0 when there is none.
    func spaceLength(at index: Int, before end: Int) -> Int {
        let byte = bytes[index]
        if byte < 0x80 { return byte == 32 || (9...13).contains(byte) ? 1 : 0 }
        func following(_ offset: Int) -> UInt8 { index + offset < end ? bytes[index + offset] : 0 }
        switch byte {
        case 0xC2: return following(1) == 0x85 || following(1) == 0xA0 ? 2 : 0
        case 0xE1: return following(1) == 0x9A && following(2) == 0x80 ? 3 : 0
        case 0xE2:
            let isGeneral: Bool
            switch following(2) {
            case 0x80...0x8A, 0xA8, 0xA9, 0xAF: isGeneral = following(1) == 0x80
            default: isGeneral = false
            }
            return isGeneral || (following(1) == 0x81 && following(2) == 0x9F) ? 3 : 0
        case 0xE3: return following(1) == 0x80 && following(2) == 0x80 ? 3 : 0
        default: return 0
        }
    }
}
