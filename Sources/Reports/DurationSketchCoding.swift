/// Bytes of a stored sketch that cannot be read; the row is damaged or newer than this program.
package struct SketchFormatError: Error, Equatable, Sendable {}

/// Stored form: version 1, zero count, number of bins, then index difference (zigzag) and count of each; all varints.
extension DurationSketch {
    private static let version: UInt8 = 1

    package var encoded: [UInt8] {
        var bytes: [UInt8] = [Self.version]
        append(zeroCount, to: &bytes)
        append(UInt64(bins.count), to: &bytes)
        var previous: Int32 = 0
        for bin in bins {
            let difference = Int64(bin.index) - Int64(previous)
            append(UInt64(bitPattern: difference << 1 ^ difference >> 63), to: &bytes)
            append(bin.count, to: &bytes)
            previous = bin.index
        }
        return bytes
    }

    /// - Throws: `SketchFormatError` for anything `encoded` does not make.
    package init(encoded bytes: [UInt8]) throws(SketchFormatError) {
        var reader = VarintReader(rest: bytes[...])
        guard reader.rest.popFirst() == Self.version else { throw SketchFormatError() }
        let zeroCount = try reader.next()
        let binCount = try reader.next()
        guard binCount <= UInt64(Self.maximumBins) else { throw SketchFormatError() }
        var bins: [Bin] = []
        var index: Int64 = 0
        for _ in 0..<binCount {
            let zigzag = try reader.next()
            index &+= Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
            let count = try reader.next()
            guard let exact = Int32(exactly: index), count > 0, exact > (bins.last?.index ?? .min) else {
                throw SketchFormatError()
            }
            bins.append(Bin(index: exact, count: count))
        }
        guard reader.rest.isEmpty else { throw SketchFormatError() }
        self.init(bins: bins, zeroCount: zeroCount)
    }

    private func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}

private struct VarintReader {
    var rest: ArraySlice<UInt8>

    mutating func next() throws(SketchFormatError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw SketchFormatError() }
            // The tenth byte has room for one bit only.
            guard shift < 63 || byte <= 1 else { throw SketchFormatError() }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw SketchFormatError()
    }
}
