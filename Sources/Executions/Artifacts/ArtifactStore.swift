package import Domain
package import MariaDB

/// Keeps artifact bytes on disk by content address and their rows; visible only after the winning finish.
package struct ArtifactStore: Sendable {
    /// Most artifacts of one attempt.
    static let maximumCount = 1000
    /// Most bytes of one attempt.
    static let maximumTotalBytes = 1 << 30

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
    private let files: ArtifactFiles

    /// - Parameter directory: `$ASSAY_HOME/artifacts`; sub-folders are made as needed.
    package init(pool: Pool, directory: String) {
        self.pool = pool
        files = ArtifactFiles(directory: directory)
    }

    /// Takes the file at `file` (it is moved away) as an artifact of a running attempt. What is refused leaves nothing.
    ///
    /// - Throws: `ExecutionFault.staleFence`, `.tooLarge` also for too many of one attempt, `.invalid` for a bad name.
    package func put(
        _ id: ID<Execution>, fence: Int, name: String, droppedBytes: Int, mediaType: String, file: String,
        by caller: AgentCaller
    ) throws -> Artifact {
        guard ArtifactStore.isName(name) else {
            throw ExecutionFault.invalid([
                FieldFault("/name", "must be 1 to 255 printable characters without '..' or a leading '/'")
            ])
        }
        // Asked before the bytes are read, and again under the lock.
        try require(caller, holds: id, fence)
        let (digest, bytes) = try files.hash(file)
        return try pool.transaction { tx in
            guard let item = try WorkItemRow.lock(id, tx), item.state == .running, caller.holds(item, fence: fence)
            else { throw ExecutionFault.staleFence }
            try requireRoom(id, item.attempt, name, bytes, tx)
            try tx.execute(
                """
                INSERT INTO artifacts (execution_id, attempt, fence, name, sha256, bytes, dropped_bytes, media_type)
                VALUES (\(id), \(item.attempt), \(fence), \(name), UNHEX(\(digest)), \(bytes), \(max(0, droppedBytes)),
                  \(mediaType.cut(codePoints: 127)))
                ON DUPLICATE KEY UPDATE sha256 = VALUES(sha256), bytes = VALUES(bytes),
                  dropped_bytes = VALUES(dropped_bytes), media_type = VALUES(media_type)
                """)
            // Last, so that a refusal leaves no bytes; when the commit fails, the sweep finds them.
            try files.moveIn(file, digest)
            return Artifact(
                attempt: item.attempt, name: name, bytes: bytes, droppedBytes: droppedBytes, mediaType: mediaType,
                sha256: digest)
        }
    }

    private func require(_ caller: AgentCaller, holds id: ID<Execution>, _ fence: Int) throws {
        let isHeld = try pool.read { connection in
            try !connection.query(
                """
                SELECT 1 AS held FROM work_items WHERE execution_id = \(id) AND state = 'running'
                  AND session_id = \(caller.session) AND agent_id = \(caller.agent) AND fence = \(fence)
                """
            ).isEmpty
        }
        guard isHeld else { throw ExecutionFault.staleFence }
    }

    private func requireRoom(_ id: ID<Execution>, _ attempt: Int, _ name: String, _ bytes: Int, _ tx: Transaction)
        throws
    {
        let others = try tx.first(
            """
            SELECT COUNT(*) AS n, COALESCE(SUM(bytes), 0) + 0e0 AS bytes FROM artifacts
            WHERE execution_id = \(id) AND attempt = \(attempt) AND name <> \(name)
            """)
        let count = try others?.int("n") ?? 0
        let total = Int(try others?.double("bytes") ?? 0) + bytes
        guard count < ArtifactStore.maximumCount, total <= ArtifactStore.maximumTotalBytes else {
            throw ExecutionFault.tooLarge("The artifacts of one attempt are at most 1000 and 1 GiB.")
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

    /// Where the bytes of an artifact lie, also before a verdict makes it visible; nil when they are not there (yet).
    func file(of id: ID<Execution>, attempt: Int, fence: Int, name: String) throws -> String? {
        let row = try pool.read { connection in
            try connection.first(
                """
                SELECT LOWER(HEX(sha256)) AS digest FROM artifacts
                WHERE execution_id = \(id) AND attempt = \(attempt) AND fence = \(fence) AND name = \(name)
                """)
        }
        return try row.map { files.directory + "/" + ArtifactFiles.path(sha256: try $0.text("digest")) }
    }

    /// Whether `name` is a relative path that stays inside.
    static func isName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
            && name.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
    }
}
