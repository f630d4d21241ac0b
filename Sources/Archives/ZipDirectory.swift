/// The central directory of a zip file.
enum ZipDirectory {
    /// Its files by name, folders left out.
    static func read(_ file: FileBytes, limits: ArchiveLimits) throws(ArchiveError) -> [ZipEntry] {
        let (count, offset, size) = try place(file)
        guard count <= Int64(limits.members) else { throw .tooMuch("has more than \(limits.members) members") }
        // What a directory of that many members can take at most in practice; names are rarely longer.
        guard size <= 256 << 20 else { throw .tooMuch("has a directory that is too large") }
        let bytes = try file.bytes(at: offset, count: Int(size))
        var entries: [ZipEntry] = []
        var reader = LittleEndian(bytes)
        while reader.remaining >= 46, entries.count <= limits.members {
            guard try reader.number(4) == 0x0201_4B50 else { break }
            if let entry = try ZipEntry(&reader) { entries.append(entry) }
        }
        guard entries.count <= limits.members else { throw .tooMuch("has more than \(limits.members) members") }
        // Stable: equal names stay in their order.
        return entries.enumerated().sorted { ($0.element.name, $0.offset) < ($1.element.name, $1.offset) }.map(
            \.element)
    }

    private static func place(_ file: FileBytes) throws(ArchiveError) -> (count: Int64, offset: Int64, size: Int64) {
        let tailBytes = Int(min(file.size, 65_557))
        let tailStart = file.size - Int64(tailBytes)
        let tail = try file.bytes(at: tailStart, count: tailBytes)
        guard tail.count >= 22,
            let end = stride(from: tail.count - 22, through: 0, by: -1).first(where: {
                tail[$0...].starts(with: [0x50, 0x4B, 5, 6])
            })
        else { throw .damaged("has no directory at its end") }
        var reader = LittleEndian(tail, at: end + 10)
        let count = try reader.number(2)
        let size = try reader.number(4)
        let offset = try reader.number(4)
        guard count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, end >= 20 else {
            return (count, offset, size)
        }
        return try place64(file, tail, locatorAt: end - 20) ?? (count, offset, size)
    }

    private static func place64(_ file: FileBytes, _ tail: [UInt8], locatorAt: Int) throws(ArchiveError) -> (
        Int64, Int64, Int64
    )? {
        guard tail[locatorAt...].starts(with: [0x50, 0x4B, 6, 7]) else { return nil }
        var locator = LittleEndian(tail, at: locatorAt + 8)
        let record = try file.bytes(at: locator.number(8), count: 56)
        guard record.starts(with: [0x50, 0x4B, 6, 6]) else { throw .damaged("has no directory at its end") }
        var reader = LittleEndian(record, at: 32)
        let count = try reader.number(8)
        let size = try reader.number(8)
        return (count, try reader.number(8), size)
    }
}

/// Reads numbers from the front, lowest byte first.
struct LittleEndian {
    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], at position: Int = 0) {
        self.bytes = bytes
        self.position = min(max(0, position), bytes.count)
    }

    var remaining: Int { bytes.count - position }

    /// Of at most eight bytes; what is beyond an Int64 is damage.
    mutating func number(_ count: Int) throws(ArchiveError) -> Int64 {
        guard remaining >= count else { throw .damaged("ends too early") }
        var value: UInt64 = 0
        for index in 0..<count { value |= UInt64(bytes[position + index]) << UInt64(8 * index) }
        position += count
        guard let number = Int64(exactly: value) else { throw .damaged("has a number that is too large") }
        return number
    }

    mutating func take(_ count: Int) throws(ArchiveError) -> [UInt8] {
        guard count >= 0, remaining >= count else { throw .damaged("ends too early") }
        defer { position += count }
        return Array(bytes[position..<position + count])
    }
}
