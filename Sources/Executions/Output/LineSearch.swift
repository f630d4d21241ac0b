import Domain

/// Finds a text in a stream that comes piece by piece: counts, and the lines where it stands.
///
/// Escape sequences are looked through. Letters of ASCII match in either case unless told otherwise. A value; no I/O.
struct LineSearch {
    /// Of a line without an end this much is searched at once.
    static let lineBytes = 64 << 10

    struct Hit: Equatable {
        /// From 1; nil behind bytes that are missing.
        let line: Int?
        let text: String
    }

    private let needle: [UInt8]
    private let isExact: Bool
    private let limit: Int
    private(set) var matches = 0
    private(set) var lines = 0
    private(set) var hits: [Hit] = []
    private var line: Int? = 1
    private var open: [UInt8] = []
    private var hasHit = false

    /// - Parameter limit: hits kept; all are counted.
    init(_ text: String, isExact: Bool, limit: Int) {
        self.isExact = isExact
        self.limit = limit
        needle = isExact ? Array(text.utf8) : text.utf8.map(Self.lower)
    }

    mutating func add(_ text: String) {
        for piece in text.utf8.split(separator: 10, omittingEmptySubsequences: false).enumerated() {
            if piece.offset > 0 { endLine() }
            open += piece.element
            if open.count > Self.lineBytes { searchOpen(isEnd: false) }
        }
    }

    /// Bytes are missing here: what follows has no line number.
    mutating func skip() {
        endLine()
        line = nil
    }

    /// The stream ends; the next one begins at its line 1.
    mutating func end() {
        endLine()
        line = 1
    }

    private mutating func endLine() {
        searchOpen(isEnd: true)
        line = line.map { $0 + 1 }
        hasHit = false
    }

    private mutating func searchOpen(isEnd: Bool) {
        let shown = Self.withoutEscapes(open)
        let searched = isExact ? shown : shown.map(Self.lower)
        let places = Self.places(of: needle, in: searched)
        matches += places.count
        if let first = places.first, !hasHit {
            hasHit = true
            lines += 1
            if hits.count < limit { hits.append(Hit(line: line, text: Self.excerpt(shown, around: first))) }
        }
        // What is kept is shorter than the text and behind the last one: nothing is counted twice.
        let rest = shown.dropFirst(places.last.map { $0 + needle.count } ?? 0)
        open = isEnd ? [] : Array(rest.suffix(needle.count - 1))
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }

    private static func places(of needle: [UInt8], in bytes: [UInt8]) -> [Int] {
        guard let first = needle.first, bytes.count >= needle.count else { return [] }
        var places: [Int] = []
        var position = 0
        bytes.withUnsafeBufferPointer { bytes in
            while position <= bytes.count - needle.count {
                if bytes[position] == first, bytes[position..<position + needle.count].elementsEqual(needle) {
                    places.append(position)
                    position += needle.count
                } else {
                    position += 1
                }
            }
        }
        return places
    }

    /// About 400 bytes of a line with the place in them.
    private static func excerpt(_ line: [UInt8], around place: Int) -> String {
        let start = max(0, place - 100)
        let end = min(line.count, start + 400)
        let whole = line[start..<end].drop { start > 0 && $0 & 0xC0 == 0x80 }
        let text = String(decoding: whole.dropLast(end < line.count ? whole.openCharacterBytes : 0), as: UTF8.self)
        return (start > 0 ? "…" : "") + text + (end < line.count ? "…" : "")
    }

    /// Colours, cursor movements and titles are not text.
    private static func withoutEscapes(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(27) else { return bytes }
        var out: [UInt8] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            guard byte == 27 else {
                out.append(byte)
                continue
            }
            switch rest.popFirst() {
            case UInt8(ascii: "["):
                rest = rest.drop { !(0x40...0x7E).contains($0) }.dropFirst()
            case UInt8(ascii: "]"):
                rest = rest.drop { $0 != 7 && $0 != 27 }
                if rest.popFirst() == 27 { rest = rest.dropFirst() }
            default: break
            }
        }
        return out
    }
}
