internal import CZlib

/// zlib's inflate as a stream: packed bytes in, plain ones out piece by piece.
final class Inflater {
    enum Wrapping: Int32 {
        case none = -15
        case gzip = 31
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let wrapping: Wrapping
    private(set) var isEnded = false

    init(_ wrapping: Wrapping) throws(ArchiveError) {
        self.wrapping = wrapping
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard inflateInit2_(stream, wrapping.rawValue, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .unreadable("no memory to unpack")
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// A gzip file may be several in a row: the next begins where one ends.
    func take(_ packed: [UInt8], to give: (UnsafeRawBufferPointer) throws -> Void) throws {
        var packed = packed
        var output = [UInt8](repeating: 0, count: FileBytes.pieceBytes)
        var done = 0
        while done < packed.count {
            if isEnded {
                guard wrapping == .gzip, packed[done] == 0x1F, inflateReset(stream) == Z_OK else { return }
                isEnded = false
            }
            let (status, taken, made) = step(&packed, from: done, &output)
            done += taken
            if made > 0 { try output.withUnsafeBytes { try give(UnsafeRawBufferPointer(rebasing: $0[..<made])) } }
            if status == Z_STREAM_END {
                isEnded = true
            } else if status != Z_OK && status != Z_BUF_ERROR {
                throw ArchiveError.damaged("the packed bytes are damaged")
            } else if taken == 0 && made == 0 {
                return
            }
        }
        try flush(&output, give)
    }

    /// What is left of the input when all of it is taken and the output was full.
    private func flush(_ output: inout [UInt8], _ give: (UnsafeRawBufferPointer) throws -> Void) throws {
        var none: [UInt8] = []
        while !isEnded {
            let (status, _, made) = step(&none, from: 0, &output)
            if made > 0 { try output.withUnsafeBytes { try give(UnsafeRawBufferPointer(rebasing: $0[..<made])) } }
            if status == Z_STREAM_END { isEnded = true }
            if status != Z_OK || made == 0 { return }
        }
    }

    private func step(_ input: inout [UInt8], from start: Int, _ output: inout [UInt8]) -> (
        Int32, taken: Int, made: Int
    ) {
        let available = input.count - start
        let room = output.count
        let status = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.pointee.next_in = source.baseAddress.map { $0 + start }
                stream.pointee.avail_in = UInt32(available)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(room)
                return inflate(stream, Z_NO_FLUSH)
            }
        }
        return (status, available - Int(stream.pointee.avail_in), room - Int(stream.pointee.avail_out))
    }

    /// Adds to a CRC-32, which begins with 0.
    static func checksum(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            truncatingIfNeeded: crc32(
                UInt(crc), bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(bytes.count)))
    }
}
