import Crypto
import Domain
import Glibc

/// The bytes of artifacts on disk, by content address.
package struct ArtifactFiles: Sendable {
    /// Largest artifact taken.
    package static let maximumBytes = 64 * 1024 * 1024

    let directory: String

    /// Where the bytes of a digest lie, below the directory: `ab/abcdef…`.
    package static func path(sha256: String) -> String { sha256.prefix(2) + "/" + sha256 }

    /// SHA-256 in hex and length of a file.
    ///
    /// - Throws: `ExecutionFault.tooLarge`, `ArtifactError`.
    func hash(_ file: String) throws -> (String, Int) {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArtifactError.unreadable(errno: errno) }
        defer { close(descriptor) }
        var hasher = SHA256()
        var total = 0
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw ArtifactError.unreadable(errno: errno) }
            if count == 0 { break }
            total += count
            guard total <= ArtifactFiles.maximumBytes else {
                throw ExecutionFault.tooLarge("An artifact has at most 64 MiB.")
            }
            buffer.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        return (hex(hasher.finalize()), total)
    }

    /// Same bytes give the same path, so moving over an existing file changes nothing but its age.
    func moveIn(_ file: String, _ digest: String) throws {
        let target = directory + "/" + ArtifactFiles.path(sha256: digest)
        mkdir(directory, 0o755)
        mkdir(directory + "/" + digest.prefix(2), 0o755)
        if rename(file, target) != 0 {
            // Another file system: link is impossible too, so copy.
            guard errno == EXDEV else { throw ArtifactError.unwritable(errno: errno) }
            try copy(file, to: target)
        }
        chmod(target, 0o644)
    }

    private func copy(_ file: String, to target: String) throws {
        let source = open(file, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw ArtifactError.unreadable(errno: errno) }
        defer { close(source) }
        let partial = target + ".part"
        let sink = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard sink >= 0 else { throw ArtifactError.unwritable(errno: errno) }
        defer { close(sink) }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(source, &buffer, buffer.count)
            guard count >= 0 else { throw ArtifactError.unreadable(errno: errno) }
            if count == 0 { break }
            guard write(sink, buffer, count) == count else { throw ArtifactError.unwritable(errno: errno) }
        }
        guard rename(partial, target) == 0 else { throw ArtifactError.unwritable(errno: errno) }
        unlink(file)
    }
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
}

/// The disk refused.
package enum ArtifactError: Error, Equatable, Sendable {
    case unreadable(errno: Int32)
    case unwritable(errno: Int32)
}
