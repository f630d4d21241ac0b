import Archives
import Crypto
package import Domain
import Glibc
package import MariaDB
import Wire

/// The files that were sent: their rows, and their bytes under one directory until they are read.
package struct ImportFiles: Sendable {
    /// A reader that says nothing for so long is taken for dead, and another goes on.
    static let claimMs: Int64 = 60_000
    package static let maximumBytes: Int64 = 1 << 30
    /// Up to here a file is read before its sender is answered.
    static let atOnceBytes: Int64 = 16 << 20

    let pool: Pool
    let directory: String

    /// - Parameter directory: `$ASSAY_HOME/imports`, on one file system with what the web server stored.
    package init(pool: Pool, directory: String) {
        self.pool = pool
        self.directory = directory
    }

    func path(of id: ID<ImportFile>) -> String { "\(directory)/\(id)" }

    /// A file that was taken; `reader` when the caller is to read it at once, else the loop does.
    package struct Received: Sendable {
        package let file: ImportFile
        package let reader: UUIDv7?
    }

    /// Takes the file at `path` (it is moved away) and writes its row; one of up to 16 MiB is the caller's to read.
    ///
    /// - Throws: `ExecutionFault.tooLarge`, `ArtifactError`.
    package func receive(
        _ path: String, named name: String, in project: ProjectRef, _ request: ImportRequest,
        alongside: (Transaction, ID<ImportFile>) throws -> Void
    ) throws -> Received {
        var status = stat()
        guard stat(path, &status) == 0 else { throw ArtifactError.unreadable(errno: errno) }
        let size = Int64(status.st_size)
        guard size <= Self.maximumBytes else { throw ExecutionFault.tooLarge("A file of results has at most 1 GiB.") }
        mkdir(directory, 0o700)
        return try pool.transaction { tx in
            let id = ID<ImportFile>(at: tx.now)
            let reader = size <= Self.atOnceBytes ? UUIDv7(at: tx.now) : nil
            let state: ImportFile.State = reader == nil ? .waiting : .reading
            let short = name.cut(codePoints: 255)
            try tx.execute(
                """
                INSERT INTO import_files (id, project_id, state, name, format, bytes, request, received_at, claimed_by,
                  claimed_until)
                VALUES (\(id), \(project.id), \(state), \(short), \(request.format ?? ""), \(size), \(try jsonText(request)),
                  \(tx.now), \(reader), \(reader.map { _ in tx.now.adding(ms: Self.claimMs) }))
                """)
            try alongside(tx, id)
            // Last, so that a refusal leaves no bytes; when the commit fails, the sweep finds them.
            guard rename(path, self.path(of: id)) == 0 else { throw ArtifactError.unwritable(errno: errno) }
            let file = ImportFile(
                id: id, project: project, state: state, name: short, format: request.format ?? "", bytes: size,
                bytesRead: 0, request: request)
            return Received(file: file, reader: reader)
        }
    }

    /// The oldest file that nobody reads, claimed for `reader`. Large files are the loop's alone: whoever leads it now takes
    /// over at once from whoever led it before.
    func claim(for reader: UUIDv7, touch: LeaseTouch) throws -> ImportFile? {
        let find: SQL = """
            SELECT id FROM import_files WHERE \(sql: free(for: reader)) ORDER BY id LIMIT 1
            """
        guard let id: ID<ImportFile> = try pool.read({ try $0.query(find).first?.id("id") }) else { return nil }
        let isMine = try pool.transaction { tx in
            try touch(tx)
            return try tx.execute(
                """
                UPDATE import_files SET state = 'reading', claimed_by = \(reader),
                  claimed_until = \(tx.now.adding(ms: Self.claimMs))
                WHERE id = \(id) AND \(sql: free(for: reader))
                """) == 1
        }
        return isMine ? try self.find(id) : nil
    }

    private func free(for reader: UUIDv7) -> SQL {
        """
        (state = 'waiting' OR (state = 'reading' AND (claimed_until < UTC_TIMESTAMP(3)
          OR (bytes > \(Self.atOnceBytes) AND claimed_by <> \(reader)))))
        """
    }

    /// Proves and renews the claim; call first in each transaction of a reader.
    static func renew(_ id: ID<ImportFile>, _ reader: UUIDv7, bytesRead: Int64, _ tx: Transaction) throws {
        let held = try tx.execute(
            """
            UPDATE import_files SET claimed_until = \(tx.now.adding(ms: claimMs)), bytes_read = \(bytesRead)
            WHERE id = \(id) AND state = 'reading' AND claimed_by = \(reader)
            """)
        guard held == 1 else { throw ExecutionFault.staleFence }
    }

    /// The file is read to its end, or as far as it can be.
    static func end(
        _ id: ID<ImportFile>, _ state: ImportFile.State, format: String, _ reader: UUIDv7, _ tx: Transaction
    ) throws {
        let held = try tx.execute(
            """
            UPDATE import_files SET state = \(state), format = \(format), read_at = \(tx.now), claimed_by = NULL,
              claimed_until = NULL, bytes_read = bytes
            WHERE id = \(id) AND state = 'reading' AND claimed_by = \(reader)
            """)
        guard held == 1 else { throw ExecutionFault.staleFence }
    }

    /// The project of a file.
    package func project(of id: ID<ImportFile>) throws -> ID<Project>? {
        try pool.read { try $0.first("SELECT project_id FROM import_files WHERE id = \(id)")?.id("project_id") }
    }

    package func find(_ id: ID<ImportFile>) throws -> ImportFile? {
        try pool.read { connection in
            let row = try connection.query(
                """
                SELECT f.id, f.project_id, p.project_key, f.state, f.name, f.format, f.bytes, f.bytes_read, f.request
                FROM import_files f JOIN projects p ON p.id = f.project_id WHERE f.id = \(id)
                """
            ).first
            return try row.map { row in
                ImportFile(
                    id: try row.id("id"),
                    project: ProjectRef(id: try row.id("project_id"), key: try row.text("project_key")),
                    state: ImportFile.State(rawValue: try row.text("state")) ?? .refused, name: try row.text("name"),
                    format: try row.text("format"), bytes: try row.int64("bytes"),
                    bytesRead: try row.int64("bytes_read"),
                    request: try jsonDecoded(ImportRequest.self, try row.text("request")))
            }
        }
    }

    /// What each run has of a file, in the order of the file.
    package func shares(of id: ID<ImportFile>) throws -> [ImportShare] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT s.execution_id, e.number, r.run_key, s.created, e.status, s.accepted, s.duplicates, s.refused
                FROM import_file_runs s JOIN executions e ON e.id = s.execution_id
                JOIN import_runs r ON r.execution_id = s.execution_id
                WHERE s.file_id = \(id) ORDER BY s.execution_id
                """
            ).map { row in
                ImportShare(
                    run: try row.id("execution_id"), number: try row.intOrNil("number") ?? 0,
                    runKey: try row.textOrNil("run_key"), created: try row.bool("created"),
                    status: try row.value("status"), accepted: try row.int("accepted"),
                    duplicates: try row.int("duplicates"), refused: try row.int("refused"))
            }
        }
    }

    /// SHA-256 of the bytes: what tells a repeat.
    func digest(of id: ID<ImportFile>) throws -> [UInt8] {
        var hasher = SHA256()
        try readAll(id) { hasher.update(bufferPointer: $0) }
        return Array(hasher.finalize())
    }

    /// Whether it holds files: packed, or parts of a form.
    func isPacked(_ file: ImportFile) throws -> Bool {
        if file.request.boundary != nil { return true }
        let descriptor = open(path(of: file.id), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArtifactError.unreadable(errno: errno) }
        defer { close(descriptor) }
        var head = [UInt8](repeating: 0, count: 512)
        let count = Glibc.read(descriptor, &head, head.count)
        guard count >= 0 else { throw ArtifactError.unreadable(errno: errno) }
        return head.prefix(count).withUnsafeBytes { ArchiveKind.detect($0) } != nil
    }

    /// The files that it holds, by name.
    func readMembers(_ file: ImportFile, _ each: (String, Archives.MemberReader) throws -> Void) throws {
        if let boundary = file.request.boundary {
            try Multipart.readFiles(path: path(of: file.id), boundary: boundary, each: each)
        } else {
            try Archives.readMembers(path: path(of: file.id), spool: directory, each: each)
        }
    }

    /// Whether somebody may still want to mend it: something of it was refused, and it is small enough to be kept.
    func isKept(_ file: ImportFile) throws -> Bool {
        guard file.bytes <= Self.atOnceBytes else { return false }
        return try pool.read { connection in
            try connection.query("SELECT 1 one FROM intake_items WHERE file_id = \(file.id) LIMIT 1").first != nil
        }
    }

    /// Whether the bytes of a file are still here.
    func hasBytes(of id: ID<ImportFile>) -> Bool { access(path(of: id), R_OK) == 0 }

    /// What was read is in the database; the sweep finds bytes that stay behind.
    func removeBytes(of id: ID<ImportFile>) { unlink(path(of: id)) }

    /// Hands the bytes over in pieces of 256 KiB.
    func readAll(_ id: ID<ImportFile>, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = open(path(of: id), O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArtifactError.unreadable(errno: errno) }
        defer { close(descriptor) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            guard count >= 0 else { throw ArtifactError.unreadable(errno: errno) }
            if count == 0 { return }
            try take(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}

extension ImportFile.State: SQLBindable {}

extension ArchiveError {
    /// For people.
    var words: String {
        switch self {
        case .unreadable(let why), .damaged(let why): "The packed file is damaged: \(why)."
        case .encrypted(let why): "The packed file is encrypted: \(why)."
        case .unsupported(let why): "The packed file is of an unknown kind: \(why)."
        case .tooMuch(let why): "The packed file \(why)."
        }
    }
}
