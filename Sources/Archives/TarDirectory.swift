/// A member of a tar file.
struct TarEntry {
    let name: String
    let offset: Int64
    let size: Int64
}

/// Walks over a tar file and notes where its files are: ustar, GNU and pax.
enum TarDirectory {
    private static let longNameBytes: Int64 = 64 * 1024

    /// Its files by name; folders, links and devices are left out.
    static func read(_ file: FileBytes, limits: ArchiveLimits) throws(ArchiveError) -> [TarEntry] {
        var entries: [TarEntry] = []
        var offset: Int64 = 0
        var longName: String?
        var longSize: Int64?
        var headers = 0
        while offset + 512 <= file.size {
            let block = try file.bytes(at: offset, count: 512)
            if block.allSatisfy({ $0 == 0 }) { break }
            guard let header = block.withUnsafeBytes({ TarHeader($0) }) else {
                throw .damaged("has no header at byte \(offset)")
            }
            headers += 1
            guard headers <= 3 * limits.members, entries.count < limits.members else {
                throw .tooMuch("has more than \(limits.members) members")
            }
            let start = offset + 512
            let isFile = header.type == 0 || header.type == UInt8(ascii: "0") || header.type == UInt8(ascii: "7")
            let size = isFile ? longSize ?? header.size : header.size
            guard size <= file.size - start else { throw .damaged("ends within a member") }
            switch header.type {
            case UInt8(ascii: "L"): longName = try text(file, start, size)
            case UInt8(ascii: "x"):
                let records = Pax.records(try bytes(file, start, size))
                longName = records["path"] ?? longName
                longSize = records["size"].flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
            case UInt8(ascii: "g"), UInt8(ascii: "K"): break
            default:
                if isFile { entries.append(TarEntry(name: longName ?? header.name, offset: start, size: size)) }
                (longName, longSize) = (nil, nil)
            }
            offset = start + (size + 511) / 512 * 512
        }
        return entries.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }.map(
            \.element)
    }

    private static func bytes(_ file: FileBytes, _ start: Int64, _ size: Int64) throws(ArchiveError) -> [UInt8] {
        guard size <= longNameBytes else { throw .tooMuch("has a name that is too long") }
        return try file.bytes(at: start, count: Int(size))
    }

    private static func text(_ file: FileBytes, _ start: Int64, _ size: Int64) throws(ArchiveError) -> String {
        String(decoding: try bytes(file, start, size).prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// A header block whose checksum holds.
struct TarHeader {
    let name: String
    let size: Int64
    let type: UInt8

    init?(_ block: UnsafeRawBufferPointer) {
        guard block.count == 512 else { return nil }
        func field(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: block[range]) }
        let sum = block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 32 : Int64(block[$1])) }
        guard let claimed = Self.number(field(148..<156)), claimed == sum, sum > 256,
            let size = Self.number(field(124..<136)), size >= 0
        else { return nil }
        self.size = size
        type = block[156]
        let own = String(decoding: block[0..<100].prefix { $0 != 0 }, as: UTF8.self)
        let isUstar = block[257..<262].elementsEqual("ustar".utf8) && block[263] == UInt8(ascii: "0")
        let prefix = isUstar ? String(decoding: block[345..<500].prefix { $0 != 0 }, as: UTF8.self) : ""
        name = prefix.isEmpty ? own : prefix + "/" + own
    }

    /// Octal, or binary when the highest bit is set.
    private static func number(_ field: UnsafeRawBufferPointer) -> Int64? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
            let value = field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return Int64(exactly: value)
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        guard digits.count <= 20 else { return nil }
        return digits.isEmpty ? 0 : Int64(String(decoding: digits, as: UTF8.self), radix: 8)
    }
}

/// `length name=value\n`, one after the other.
enum Pax {
    static func records(_ bytes: [UInt8]) -> [String: String] {
        var found: [String: String] = [:]
        var rest = bytes[...]
        while let space = rest.firstIndex(of: 0x20), let length = Int(String(decoding: rest[..<space], as: UTF8.self)),
            length > space - rest.startIndex, length <= rest.count
        {
            let record = rest[(space + 1)..<(rest.startIndex + length)]
            if let equals = record.firstIndex(of: UInt8(ascii: "=")) {
                let value = record[(equals + 1)...].prefix { $0 != 10 }
                found[String(decoding: record[..<equals], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
            }
            rest = rest.dropFirst(length)
        }
        return found
    }
}
