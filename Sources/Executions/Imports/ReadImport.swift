package import Domain
import Feed
package import MariaDB
import ResultFormats

/// Reads one file to its end and turns it into runs.
///
/// Every batch is stored with how far it came, in one transaction: whoever reads the file after a crash goes on behind
/// it, and nothing is stored twice. Blocks for as long as the file takes; used by one thread at a time.
package struct ReadImport: Sendable {
    /// The suite of the catalog that a key names; nil when there is none.
    package typealias FindSuite = @Sendable (String, ID<Project>) throws -> (id: UUIDv7, name: String)?

    private let files: ImportFiles
    private let findSuite: FindSuite

    package init(files: ImportFiles, findSuite: @escaping FindSuite) {
        self.files = files
        self.findSuite = findSuite
    }

    /// - Throws: `ImportFault` when the file as a whole is refused, `ExecutionFault.staleFence` when another reads it,
    ///   `LeadershipLost`, `DatabaseError`.
    package func read(_ file: ImportFile, reader: UUIDv7, touch: @escaping LeaseTouch = { _ in }) throws {
        let claim = FileClaim(pool: files.pool, file: file, reader: reader, touch: touch)
        do {
            let reading = try FileReading(
                claim: claim, wanted: try wantedFormat(of: file), digest: try files.digest(of: file.id), files: files,
                findSuite: findSuite)
            let isDamaged = try reading.readAll()
            try reading.end(isDamaged ? .damaged : .read)
            if try !files.isKept(file) { files.removeBytes(of: file.id) }
        } catch let fault as ImportFault {
            try files.pool.transaction { tx in
                try touch(tx)
                try ImportFiles.end(file.id, .refused, format: file.format, reader, tx)
            }
            files.removeBytes(of: file.id)
            throw fault
        }
    }

    /// Gives a file up that cannot be stored: its runs end, and say so.
    func abandon(_ file: ImportFile, reader: UUIDv7, touch: @escaping LeaseTouch) throws {
        let shares = try files.shares(of: file.id)
        try files.pool.transaction { tx in
            try touch(tx)
            try ImportFiles.end(file.id, .damaged, format: file.format, reader, tx)
            for share in shares where !share.status.isFinal {
                try tx.execute(
                    """
                    UPDATE import_runs SET failure = COALESCE(failure, 'damaged_file'),
                      failure_message = COALESCE(failure_message, 'The file could not be stored to its end.')
                    WHERE execution_id = \(share.run)
                    """)
                try CloseImportRun.close(share.run, tx)
            }
        }
    }

    /// What the sender says it is; nil: by content.
    private func wantedFormat(of file: ImportFile) throws -> ResultFormat? {
        guard let wanted = file.request.format else { return nil }
        guard let format = ResultFormat(rawValue: wanted) else { throw ImportFault.unknownFormat }
        return format
    }
}
