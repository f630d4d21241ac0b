import Domain
import Glibc

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
    /// The line that has not ended, and the same with its letters folded; both keep their memory from line to line.
    private var open: [UInt8] = []
    private var folded: [UInt8] = []
    private var hasHit = false

    /// - Parameter limit: hits kept; all are counted.
    init(_ text: String, isExact: Bool, limit: Int) {
        self.isExact = isExact
        self.limit = limit
        needle = isExact ? Array(text.utf8) : text.utf8.map(Self.lower)
    }

    mutating func add(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            while let end = Self.place(of: 10, in: bytes, from: start) {
                open.append(contentsOf: bytes[start..<end])
                endLine()
                start = end + 1
            }
            open.append(contentsOf: bytes[start...])
        }
        if open.count > Self.lineBytes { searchOpen(isEnd: false) }
    }

    private static func place(of byte: UInt8, in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
        guard start < bytes.count, let base = bytes.baseAddress,
            let found = memchr(base + start, Int32(byte), bytes.count - start)
        else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(base)
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
        if open.contains(27) { open = Self.withoutEscapes(open) }
        let places = placesInOpen()
        matches += places.count
        if let first = places.first, !hasHit {
            hasHit = true
            lines += 1
            if hits.count < limit { hits.append(Hit(line: line, text: Self.excerpt(open, around: first))) }
        }
        // What is kept is shorter than the text and behind the last one: nothing is counted twice.
        let behind = places.last.map { $0 + needle.count } ?? 0
        let kept = isEnd ? 0 : max(0, min(needle.count - 1, open.count - behind))
        open.removeFirst(open.count - kept)
    }

    /// Where the text stands in the open line, without overlaps.
    private mutating func placesInOpen() -> [Int] {
        guard !needle.isEmpty, open.count >= needle.count else { return [] }
        folded.removeAll(keepingCapacity: true)
        folded.append(contentsOf: open)
        if !isExact {
            folded.withUnsafeMutableBufferPointer { bytes in
                for index in bytes.indices { bytes[index] = Self.lower(bytes[index]) }
            }
        }
        return folded.withUnsafeBufferPointer { bytes in
            needle.withUnsafeBufferPointer { needle in
                var places: [Int] = []
                var start = 0
                while let place = Self.place(of: needle[0], in: bytes, from: start),
                    place + needle.count <= bytes.count
                {
                    let isHit = bytes[place..<place + needle.count].elementsEqual(needle)
                    if isHit { places.append(place) }
                    start = place + (isHit ? needle.count : 1)
                }
                return places
            }
        }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 65 && byte <= 90 ? byte + 32 : byte }

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
