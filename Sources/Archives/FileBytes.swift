internal import Glibc

/// An open file, read at any place.
final class FileBytes {
    static let pieceBytes = 64 * 1024
    private let descriptor: Int32
    private(set) var size: Int64

    init(path: String) throws(ArchiveError) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw .unreadable("cannot be opened: errno \(errno)") }
        let end = lseek(opened, 0, SEEK_END)
        guard end >= 0 else {
            close(opened)
            throw .unreadable("is no file")
        }
        (descriptor, size) = (opened, Int64(end))
    }

    /// A file without a name in `folder`, which goes when this does.
    init(spoolIn folder: String) throws(ArchiveError) {
        var path = Array((folder + "/unpacked-XXXXXX").utf8CString)
        let opened = path.withUnsafeMutableBufferPointer { name in name.baseAddress.map { mkstemp($0) } ?? -1 }
        guard opened >= 0 else { throw .unreadable("no room to unpack: errno \(errno)") }
        path.withUnsafeBufferPointer { _ = $0.baseAddress.map { unlink($0) } }
        (descriptor, size) = (opened, 0)
    }

    deinit {
        close(descriptor)
    }

    /// All of these bytes.
    func bytes(at offset: Int64, count: Int) throws(ArchiveError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, Int64(count) <= size - offset else {
            throw .damaged("ends too early")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var filled = 0
        while filled < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { pread(descriptor, $0 + filled, count - filled, off_t(offset) + off_t(filled)) }
                    ?? 0
            }
            if got < 0, errno == EINTR { continue }
            guard got > 0 else { throw .damaged("ends too early") }
            filled += got
        }
        return bytes
    }

    /// All of it at once without being read: pages come and go with the system's memory.
    func mapped<R>(_ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
        let count = Int(size)
        guard count > 0, let base = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw ArchiveError.unreadable("cannot be mapped: errno \(errno)")
        }
        defer { munmap(base, count) }
        return try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// Hands on a part piece by piece.
    func stream(from offset: Int64, count: Int64, to take: (UnsafeRawBufferPointer) throws -> Void) throws {
        var done: Int64 = 0
        while done < count {
            let piece = try bytes(at: offset + done, count: Int(min(count - done, Int64(Self.pieceBytes))))
            try piece.withUnsafeBytes { try take($0) }
            done += Int64(piece.count)
        }
    }

    func append(_ bytes: UnsafeRawBufferPointer) throws(ArchiveError) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let put = pwrite(descriptor, base + done, bytes.count - done, off_t(size))
            if put < 0, errno == EINTR { continue }
            guard put > 0 else { throw .unreadable("no room to unpack: errno \(errno)") }
            done += put
            size += Int64(put)
        }
    }
}
