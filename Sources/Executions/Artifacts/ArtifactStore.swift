import Crypto
package import Domain
import Glibc
package import MariaDB

/// Keeps artifact bytes on disk by content address and their rows; visible only after the winning finish.
package struct ArtifactStore: Sendable {
    /// Largest artifact taken.
    package static let maximumBytes = 64 * 1024 * 1024

    /// One artifact as it is listed.
    package struct Artifact: Equatable, Sendable {
        package let attempt: Int
        package let name: String
        package let bytes: Int
        package let droppedBytes: Int
        package let mediaType: String
        package let sha256: String
    }

    private let pool: Pool
    private let directory: String

    /// - Parameter directory: `$ASSAY_HOME/artifacts`; sub-folders are made as needed.
    package init(pool: Pool, directory: String) {
        self.pool = pool
        self.directory = directory
    }

    /// Where the bytes of a digest lie, below the directory: `ab/abcdef…`.
    package static func path(sha256: String) -> String { sha256.prefix(2) + "/" + sha256 }

    /// Takes the file at `file` (it is moved away) as an artifact of a running attempt.
    ///
    /// - Throws: `ExecutionFault.staleFence`, `.tooLarge`, `.invalid` for a bad name.
    package func put(
        _ id: ID<Execution>, fence: Int, name: String, droppedBytes: Int, mediaType: String, file: String,
        by caller: AgentCaller
    ) throws -> Artifact {
        guard ArtifactStore.isName(name) else {
            throw ExecutionFault.invalid([
                FieldFault("/name", "must be 1 to 255 printable characters without '..' or a leading '/'")
            ])
        }
        let (digest, bytes) = try hash(file)
        try moveIn(file, digest)
        return try pool.transaction { tx in
            guard let item = try WorkItemRow.lock(id, tx), item.state == .running, item.session == caller.session,
                item.fence == fence
            else { throw ExecutionFault.staleFence }
            try tx.execute(
                """
                INSERT INTO artifacts (execution_id, attempt, fence, name, sha256, bytes, dropped_bytes, media_type)
                VALUES (\(id), \(item.attempt), \(fence), \(name), UNHEX(\(digest)), \(bytes), \(max(0, droppedBytes)), \(mediaType.cut(codePoints: 127)))
                ON DUPLICATE KEY UPDATE sha256 = VALUES(sha256), bytes = VALUES(bytes), dropped_bytes = VALUES(dropped_bytes)
                """)
            return Artifact(
                attempt: item.attempt, name: name, bytes: bytes, droppedBytes: droppedBytes, mediaType: mediaType,
                sha256: digest)
        }
    }

    /// The visible artifacts of an execution, newest attempt first.
    package func list(_ id: ID<Execution>, project: ID<Project>, name: String? = nil, attempt: Int? = nil) throws
        -> [Artifact]
    {
        try pool.read { connection in
            var conditions: SQL = "a.execution_id = \(id) AND e.project_id = \(project) AND a.visible"
            if let name { conditions = conditions + " AND a.name = \(name)" }
            if let attempt { conditions = conditions + " AND a.attempt = \(attempt)" }
            return try connection.query(
                """
                SELECT a.attempt, a.name, a.bytes, a.dropped_bytes, a.media_type, LOWER(HEX(a.sha256)) digest
                FROM artifacts a JOIN executions e ON e.id = a.execution_id
                WHERE \(sql: conditions) ORDER BY a.attempt DESC, a.name LIMIT 1000
                """
            ).map { row in
                Artifact(
                    attempt: try row.int("attempt"), name: try row.text("name"), bytes: try row.int("bytes"),
                    droppedBytes: try row.int("dropped_bytes"), mediaType: try row.text("media_type"),
                    sha256: try row.text("digest"))
            }
        }
    }

    /// Whether `name` is a relative path that stays inside.
    static func isName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
            && name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    }

    private func hash(_ file: String) throws -> (String, Int) {
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
            guard total <= ArtifactStore.maximumBytes else {
                throw ExecutionFault.tooLarge("An artifact has at most 64 MiB.")
            }
            buffer.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        let digest = hasher.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
        return (digest, total)
    }

    /// Same bytes give the same path, so moving over an existing file changes nothing.
    private func moveIn(_ file: String, _ digest: String) throws {
        let target = directory + "/" + ArtifactStore.path(sha256: digest)
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

/// The disk refused.
package enum ArtifactError: Error, Equatable, Sendable {
    case unreadable(errno: Int32)
    case unwritable(errno: Int32)
}
