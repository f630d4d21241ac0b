/// A zip archive whose members are stored as they are: what an office document needs and no more.
///
/// The layout is that of PKWARE's APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16; below 4 GiB and 65,535 members.
struct StoredZip {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count: UInt16 = 0

    mutating func add(_ name: String, _ text: String) {
        let (path, bytes) = (Array(name.utf8), Array(text.utf8))
        let offset = UInt32(clamping: body.count)
        var shared: [UInt8] = []
        // Needs version 2.0; UTF-8 names; stored; 1980-01-01, so that the same run makes the same bytes.
        for value: UInt16 in [20, 0x0800, 0, 0, 0x21] { append(value, to: &shared) }
        for value in [CRC32.of(bytes), UInt32(clamping: bytes.count), UInt32(clamping: bytes.count)] {
            append(value, to: &shared)
        }
        append(UInt16(clamping: path.count), to: &shared)
        append(UInt16(0), to: &shared)

        append(UInt32(0x0403_4b50), to: &body)
        body += shared + path + bytes

        append(UInt32(0x0201_4b50), to: &directory)
        append(UInt16(20), to: &directory)
        directory += shared
        for _ in 0..<3 { append(UInt16(0), to: &directory) }
        append(UInt32(0), to: &directory)
        append(offset, to: &directory)
        directory += path
        count &+= 1
    }

    /// The whole archive.
    var bytes: [UInt8] {
        var end: [UInt8] = []
        append(UInt32(0x0605_4b50), to: &end)
        for value: UInt16 in [0, 0, count, count] { append(value, to: &end) }
        append(UInt32(clamping: directory.count), to: &end)
        append(UInt32(clamping: body.count), to: &end)
        append(UInt16(0), to: &end)
        return body + directory + end
    }

    private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}

/// The checksum of zip members: CRC-32 of ISO 3309, reflected.
enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    static func of(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = table[Int((value ^ UInt32(byte)) & 0xFF)] ^ (value >> 8) }
        return value ^ 0xFFFF_FFFF
    }
}
