package import Domain
import Feed
package import MariaDB

/// Reads files that are too large for a request or whose reader died, and ends runs that nobody adds to.
package struct ImportsLoop: Sendable {
    private let files: ImportFiles
    private let reader: UUIDv7
    private let readImport: ReadImport
    private let note: FaultNote

    /// - Parameters:
    ///   - reader: what this process is known by in claims.
    ///   - note: told of each file that is stepped over.
    package init(files: ImportFiles, reader: UUIDv7, readImport: ReadImport, note: @escaping FaultNote) {
        self.files = files
        self.reader = reader
        self.readImport = readImport
        self.note = note
    }

    /// One file and the runs that are due. Blocks as long as the file takes.
    /// - Returns: whether there may be more.
    package func runOnce(touch: @escaping LeaseTouch) throws -> Bool {
        let closed = try closeDue(touch)
        guard let file = try files.claim(for: reader, touch: touch) else { return closed > 0 }
        do {
            try readImport.read(file, reader: reader, touch: touch)
        } catch is ImportFault {
            // Said on its row.
        } catch ExecutionFault.staleFence {
            // Another reader has it.
        } catch let error where !SetAside.concernsAll(error) {
            note("file:\(file.id)", error)
            try readImport.abandon(file, reader: reader, touch: touch)
        }
        return true
    }

    private func closeDue(_ touch: @escaping LeaseTouch) throws -> Int {
        let due: [ID<Execution>] = try files.pool.read { connection in
            try connection.query(
                """
                SELECT e.id FROM executions e JOIN import_runs r ON r.execution_id = e.id
                WHERE e.kind = 'import' AND e.finished_at IS NULL
                  AND (r.close_at <= UTC_TIMESTAMP(3) OR e.cancel_requested_at IS NOT NULL)
                ORDER BY e.id LIMIT 100
                """
            ).map { try $0.id("id") }
        }
        for id in due {
            do {
                try files.pool.transaction { tx in
                    try touch(tx)
                    try CloseImportRun.close(id, tx)
                }
            } catch let error where !SetAside.concernsAll(error) {
                note("execution:\(id)", error)
            }
        }
        return due.count
    }
}
