internal import Glibc

/// The files of a `multipart/form-data` body (RFC 7578), such as browsers and `curl -F` send.
package enum Multipart {
    struct Part {
        let name: String
        let range: Range<Int>
    }

    static let maximumHeaderBytes = 16_384

    /// Calls `each` for every part that has a file name, by name; equal names in their order.
    ///
    /// - Throws: `ArchiveError.damaged` when the body does not end as it says; what `each` throws ends reading.
    package static func readFiles(
        path: String, boundary: String, limits: ArchiveLimits = ArchiveLimits(),
        each: (_ name: String, _ read: Archives.MemberReader) throws -> Void
    ) throws {
        let file = try FileBytes(path: path)
        for part in try parts(file, boundary, limits) {
            try each(part.name) { take in
                try file.stream(from: Int64(part.range.lowerBound), count: Int64(part.range.count), to: take)
            }
        }
    }

    private static func parts(_ file: FileBytes, _ boundary: String, _ limits: ArchiveLimits) throws -> [Part] {
        let size = Int(file.size)
        guard size > 0, !boundary.isEmpty else { throw ArchiveError.damaged("has no parts") }
        return try file.mapped { bytes in
            let mark = Array("--\(boundary)".utf8)
            var parts: [Part] = []
            guard var place = find(mark, in: bytes, from: 0) else { throw ArchiveError.damaged("has no parts") }
            while true {
                place += mark.count
                if bytes[place...].starts(with: [0x2D, 0x2D]) { break }
                guard let head = find([13, 10, 13, 10], in: bytes, from: place), head - place <= maximumHeaderBytes,
                    let end = find([13, 10] + mark, in: bytes, from: head + 2)
                else { throw ArchiveError.damaged("ends too early") }
                let header = String(decoding: bytes[place..<head], as: UTF8.self)
                if let name = fileName(header) {
                    parts.append(Part(name: name, range: min(head + 4, end)..<end))
                    guard parts.count <= limits.members else { throw ArchiveError.tooMuch("holds too many parts") }
                }
                place = end + 2
            }
            return parts.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }.map(
                \.element)
        }
    }

    /// Of the part's Content-Disposition; nil for a field that is no file.
    static func fileName(_ header: String) -> String? {
        guard let match = header.firstMatch(of: /(?i)content-disposition:[^\r\n]*?[; ]filename="((?:[^"\\]|\\.)*)"/)
        else {
            return nil
        }
        return String(match.1.replacing(/\\(.)/) { String($0.1) })
    }

    private static func find(_ needle: [UInt8], in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        guard let base = bytes.baseAddress, let first = needle.first else { return nil }
        var place = start
        while place + needle.count <= bytes.count {
            let room = bytes.count - place - needle.count + 1
            guard let hit = memchr(base + place, Int32(first), room) else { return nil }
            place = UnsafeRawPointer(hit) - base
            if memcmp(base + place, needle, needle.count) == 0 { return place }
            place += 1
        }
        return nil
    }
}
