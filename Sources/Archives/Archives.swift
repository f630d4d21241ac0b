/// What one packed file may hold.
package struct ArchiveLimits: Sendable {
    package var members = 100_000
    /// How many times its own size all of it may be; small files may have 16 MiB in any case.
    package var expansion: Int64 = 200
    package var totalBytes: Int64 = 8 << 30

    package init() {}

    func room(packedBytes: Int64) -> Int64 {
        let (times, overflow) = packedBytes.multipliedReportingOverflow(by: expansion)
        return min(totalBytes, overflow ? totalBytes : max(times, 16 << 20))
    }
}

/// Why a packed file, or a member of it, cannot be read.
package enum ArchiveError: Error, Equatable {
    /// Not a file of a kind that is read, or not readable at all.
    case unreadable(String)
    /// The structure or the bytes of it are not as they should be.
    case damaged(String)
    case encrypted(String)
    /// A way of packing that is not read.
    case unsupported(String)
    /// Over a limit; nothing more of the file is read.
    case tooMuch(String)
}

/// The kinds of packed files, told by their first bytes.
package enum ArchiveKind: Sendable {
    case zip, tar, gzip

    /// Needs 512 bytes to tell a tar. Nil: no packed file.
    package static func detect(_ head: UnsafeRawBufferPointer) -> ArchiveKind? {
        if head.starts(with: [0x50, 0x4B, 3, 4]) || head.starts(with: [0x50, 0x4B, 5, 6]) { return .zip }
        if head.starts(with: [0x1F, 0x8B]) { return .gzip }
        return head.count >= 512 && TarHeader(UnsafeRawBufferPointer(rebasing: head[..<512])) != nil ? .tar : nil
    }
}

/// Reads what is inside of packed files, as a stream, in the order of the members' names. No name is ever used as a path.
package enum Archives {
    /// Gives the bytes of a member piece by piece; may be called once, during the call that brought it.
    package typealias MemberReader = (_ take: (UnsafeRawBufferPointer) throws -> Void) throws -> Void

    /// Calls `each` for every file of the archive at `path`, by name; equal names in their order. A gzip that holds no tar
    /// is one member, named as in its header.
    ///
    /// - Parameter spool: a folder for what a compressed tar holds while it is sorted; nothing stays there.
    /// - Throws: `ArchiveError`; damage of a member comes out of its reader, so that a caller may go on with the next.
    ///   What `each` throws ends reading.
    package static func readMembers(
        path: String, spool: String, limits: ArchiveLimits = ArchiveLimits(),
        each: (_ name: String, _ read: MemberReader) throws -> Void
    ) throws {
        let file = try FileBytes(path: path)
        let head = try file.bytes(at: 0, count: min(512, Int(file.size)))
        let budget = ArchiveBudget(limits.room(packedBytes: file.size))
        switch head.withUnsafeBytes({ ArchiveKind.detect($0) }) {
        case .zip:
            let entries = try ZipDirectory.read(file, limits: limits)
            for entry in entries {
                try each(entry.name) { take in try entry.read(file, budget, to: take) }
            }
        case .tar: try readTar(file, limits, budget, each)
        case .gzip:
            let plain = try Gzip.spool(file, folder: spool, budget)
            let inside = try plain.bytes(at: 0, count: min(512, Int(plain.size)))
            if inside.withUnsafeBytes({ ArchiveKind.detect($0) }) == .tar {
                // Spooling has counted these bytes already.
                try readTar(plain, limits, ArchiveBudget(plain.size), each)
            } else {
                try each(Gzip.name(head)) { take in try plain.stream(from: 0, count: plain.size, to: take) }
            }
        case nil: throw ArchiveError.unreadable("neither zip nor tar nor gzip")
        }
    }

    private static func readTar(
        _ file: FileBytes, _ limits: ArchiveLimits, _ budget: ArchiveBudget,
        _ each: (String, MemberReader) throws -> Void
    ) throws {
        for entry in try TarDirectory.read(file, limits: limits) {
            try each(entry.name) { take in
                try budget.spend(entry.size)
                try file.stream(from: entry.offset, count: entry.size, to: take)
            }
        }
    }
}

/// What may still be unpacked.
final class ArchiveBudget {
    private var room: Int64

    init(_ room: Int64) {
        self.room = room
    }

    func spend(_ bytes: Int64) throws(ArchiveError) {
        guard bytes <= room else { throw .tooMuch("holds more than it may when it is unpacked") }
        room -= bytes
    }
}
