/// Collects a text that may be of any length: beyond `limit` bytes the beginning and the end stay, with a line between
/// that says how much is missing.
struct CappedText {
    static let usualLimit = 1 << 20
    private let half: Int
    private var head: [UInt8] = []
    private var tail: [UInt8] = []
    private var dropped = 0

    init(limit: Int = usualLimit) {
        half = limit / 2
    }

    var isEmpty: Bool { head.isEmpty }
    var count: Int { head.count + tail.count }

    mutating func append(_ bytes: UnsafeRawBufferPointer) {
        let room = half - head.count
        if bytes.count <= room { return head.append(contentsOf: bytes) }
        if room > 0 { head.append(contentsOf: bytes.prefix(room)) }
        let rest = bytes.dropFirst(max(room, 0))
        let kept = rest.suffix(half)
        dropped += rest.count - kept.count
        tail.append(contentsOf: kept)
        // Twice its size before it is cut, so that the copy is paid once in a while.
        if tail.count > 2 * half { dropTail(tail.count - half) }
    }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    mutating func clear() {
        head.removeAll(keepingCapacity: true)
        tail.removeAll()
        dropped = 0
    }

    /// The text so far; ready for the next one.
    mutating func take() -> String {
        defer { clear() }
        return text
    }

    var text: String {
        if tail.isEmpty { return String(decoding: head, as: UTF8.self) }
        var end = tail[...]
        var missing = dropped
        if end.count > half {
            missing += end.count - half
            end = end.suffix(half)
        }
        guard missing > 0 else { return String(decoding: head + end, as: UTF8.self) }
        return String(decoding: head.dropPartialCharacter(), as: UTF8.self) + "\n… \(missing) bytes left out …\n"
            + String(decoding: end.drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }

    private mutating func dropTail(_ count: Int) {
        tail.removeFirst(count)
        dropped += count
    }
}

extension [UInt8] {
    /// Without the bytes of a character that was cut at the end.
    fileprivate func dropPartialCharacter() -> ArraySlice<UInt8> {
        guard let lead = lastIndex(where: { $0 & 0xC0 != 0x80 }), self[lead] >= 0xC0 else { return self[...] }
        let length = self[lead] >= 0xF0 ? 4 : self[lead] >= 0xE0 ? 3 : 2
        return count - lead < length ? self[..<lead] : self[...]
    }
}
