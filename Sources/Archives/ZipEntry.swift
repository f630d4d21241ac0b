/// A member of a zip file as its directory tells it.
struct ZipEntry {
    let name: String
    private let isEncrypted: Bool
    private let method: Int64
    private let crc: UInt32
    private let packedBytes: Int64
    private let plainBytes: Int64
    private let headerOffset: Int64

    /// Reads on behind the signature. Nil for a folder.
    init?(_ reader: inout LittleEndian) throws(ArchiveError) {
        _ = try reader.take(4)
        isEncrypted = try reader.number(2) & 1 != 0
        method = try reader.number(2)
        _ = try reader.take(4)
        crc = UInt32(truncatingIfNeeded: try reader.number(4))
        var packed = try reader.number(4)
        var plain = try reader.number(4)
        let nameBytes = Int(try reader.number(2))
        let extraBytes = Int(try reader.number(2))
        let commentBytes = Int(try reader.number(2))
        _ = try reader.take(8)
        var offset = try reader.number(4)
        name = String(decoding: try reader.take(nameBytes), as: UTF8.self)
        let extra = try reader.take(extraBytes)
        _ = try reader.take(commentBytes)
        try Self.widen(extra, &plain, &packed, &offset)
        (packedBytes, plainBytes, headerOffset) = (packed, plain, offset)
        if name.hasSuffix("/") { return nil }
    }

    /// Numbers that 32 bits do not hold stand in an extra field, in this order, only those that are needed.
    private static func widen(
        _ extra: [UInt8], _ plain: inout Int64, _ packed: inout Int64, _ offset: inout Int64
    ) throws(ArchiveError) {
        var reader = LittleEndian(extra)
        while reader.remaining >= 4 {
            let id = try reader.number(2)
            let field = try reader.take(min(Int(try reader.number(2)), reader.remaining))
            guard id == 1 else { continue }
            var wide = LittleEndian(field)
            if plain == 0xFFFF_FFFF { plain = try wide.number(8) }
            if packed == 0xFFFF_FFFF { packed = try wide.number(8) }
            if offset == 0xFFFF_FFFF { offset = try wide.number(8) }
        }
    }

    func read(_ file: FileBytes, _ budget: ArchiveBudget, to take: (UnsafeRawBufferPointer) throws -> Void) throws {
        guard !isEncrypted else { throw ArchiveError.encrypted(name) }
        guard method == 0 || method == 8 else {
            throw ArchiveError.unsupported("\(name) is packed by method \(method)")
        }
        let start = try dataOffset(file)
        guard packedBytes <= file.size, start <= file.size - packedBytes else {
            throw ArchiveError.damaged("\(name) ends too early")
        }
        var sum: UInt32 = 0
        var made: Int64 = 0
        func give(_ bytes: UnsafeRawBufferPointer) throws {
            try budget.spend(Int64(bytes.count))
            made += Int64(bytes.count)
            sum = Inflater.checksum(sum, bytes)
            try take(bytes)
        }
        if method == 0 {
            try file.stream(from: start, count: packedBytes, to: give)
        } else {
            let inflater = try Inflater(.none)
            try file.stream(from: start, count: packedBytes) { try inflater.take(Array($0), to: give) }
            guard inflater.isEnded else { throw ArchiveError.damaged("\(name) ends too early") }
        }
        guard made == plainBytes, sum == crc else {
            throw ArchiveError.damaged("\(name) is not what its checksum says")
        }
    }

    /// The name and the extra field before the data may differ in length from those in the directory.
    private func dataOffset(_ file: FileBytes) throws(ArchiveError) -> Int64 {
        let header = try file.bytes(at: headerOffset, count: 30)
        guard header.starts(with: [0x50, 0x4B, 3, 4]) else { throw .damaged("\(name) is not where the directory says") }
        var reader = LittleEndian(header, at: 26)
        let nameBytes = try reader.number(2)
        return headerOffset + 30 + nameBytes + (try reader.number(2))
    }
}
