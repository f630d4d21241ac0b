import Archives
import Domain
import Feed
import MariaDB
import ResultFormats

/// One file on its way: hands what the reader finds to the run it belongs to.
final class FileReading {
    private var claim: FileClaim
    private let wanted: ResultFormat?
    /// Of the first member that has one.
    private var format: ResultFormat?
    private let digest: [UInt8]
    private let files: ImportFiles
    private let findSuite: ReadImport.FindSuite
    private var current: RunReading?
    private var runs: [ID<Execution>] = []
    /// Runs without a key that an earlier reader of this file began, in their order.
    private var keyless: [ID<Execution>]

    init(
        claim: FileClaim, wanted: ResultFormat?, digest: [UInt8], files: ImportFiles,
        findSuite: @escaping ReadImport.FindSuite
    ) throws {
        self.claim = claim
        self.wanted = wanted
        self.digest = digest
        self.files = files
        self.findSuite = findSuite
        keyless = try files.shares(of: claim.id).filter { $0.runKey == nil }.map(\.run)
    }

    /// - Returns: whether something of it broke off; what was read before stands.
    /// - Throws: `ImportFault` when nothing of it is of a format.
    func readAll() throws -> Bool {
        var isDamaged = false
        do {
            if try files.isPacked(claim.file) {
                try files.readMembers(claim.file) { name, read in
                    claim.member = name
                    isDamaged = try self.read(read) || isDamaged
                }
                claim.member = nil
            } else {
                var bytes: Int64 = 0
                isDamaged = try read { take in
                    try files.readAll(claim.id) { piece in
                        bytes += Int64(piece.count)
                        claim.bytesRead = bytes
                        try take(piece)
                    }
                }
            }
            guard format != nil || isDamaged else { throw ImportFault.unknownFormat }
            // Only a file that names runs itself may hold none.
            if runs.isEmpty, format != .ndjson { try begin(nil) }
            try flush(isLast: true)
        } catch is ImportStopped {
            // Cancelled or ended by somebody else: the rest of the file is left.
        } catch let fault as ArchiveError {
            try damage(Refusal(code: "damaged_file", message: fault.words))
            try flush(isLast: true)
            return true
        }
        return isDamaged
    }

    /// Reads the file, or one member of a packed one; answers whether it is damaged.
    private func read(_ pieces: Archives.MemberReader) throws -> Bool {
        var member = MemberReading(wanted: wanted)
        do {
            try pieces { piece in try member.take(piece) { try self.take($0) } }
            try member.finish { try self.take($0) }
            format = format ?? member.format
            return false
        } catch let refusal as Refusal where refusal.code == "not_ndjson" && runs.isEmpty {
            throw ImportFault.notOfFormat(refusal.message)
        } catch let refusal as Refusal {
            format = format ?? member.format
            try damage(refusal)
            return true
        } catch let fault as ArchiveError where claim.member != nil {
            try damage(Refusal(code: "damaged_file", message: fault.words))
            return true
        }
    }

    private var formatWord: String { format?.rawValue ?? wanted?.rawValue ?? "" }

    /// Ends the file and, where it is complete, its runs.
    func end(_ state: ImportFile.State) throws {
        let (file, word, request) = (claim.id, formatWord, claim.file.request)
        let ends = request.complete ?? (format == .ndjson || request.runKey == nil)
        let (runs, reader) = (runs, claim.reader)
        try claim.write { tx in
            try ImportFiles.end(file, state, format: word, reader, tx)
            for run in runs.sorted() {
                if ends {
                    try CloseImportRun.close(run, tx)
                } else {
                    try tx.execute(
                        """
                        UPDATE import_runs SET close_at = \(tx.now.adding(ms: CloseImportRun.quietMs))
                        WHERE execution_id = \(run)
                        """)
                }
            }
        }
    }

    private func take(_ item: ReadItem) throws {
        switch item {
        case .run(let run):
            try flush(isLast: true)
            try begin(run)
        case .result(let result):
            if current == nil { try begin(nil) }
            current?.add(result)
            if current?.isFull == true { try flush(isLast: false) }
        case .refused(let refusal):
            if current == nil { try begin(nil) }
            current?.refuse(refusal, of: claim.name)
            if current?.isFull == true { try flush(isLast: false) }
        case .fact(let fact):
            if fact.name == "bailOut" { try fail(.bailOut, fact.value.isEmpty ? "The tool gave up." : fact.value) }
        }
    }

    private func flush(isLast: Bool) throws {
        try current?.flush(claim, format: formatWord, isLast: isLast)
    }

    private func damage(_ refusal: Refusal) throws {
        if current == nil { try begin(nil) }
        current?.refuse(refusal, of: claim.name)
        let place = refusal.line.map { line in
            "Line \(line)" + (refusal.column.map { ", column \($0)" } ?? "") + ": "
        }
        try fail(.damagedFile, (place ?? "") + refusal.message)
    }

    private func fail(_ code: ExecutionErrorCode, _ message: String) throws {
        guard let id = current?.id else { return }
        try claim.write { tx in
            try tx.execute(
                """
                UPDATE import_runs SET failure = COALESCE(failure, \(code.rawValue)),
                  failure_message = COALESCE(failure_message, \(message.cut(codePoints: 500)))
                WHERE execution_id = \(id)
                """)
        }
    }

    /// Begins with a run: finds it by its key, or makes it.
    private func begin(_ named: ReadRun?) throws {
        let draft = try draft(named)
        let known = draft.runKey == nil && !keyless.isEmpty ? keyless.removeFirst() : nil
        let (file, digest) = (claim.id, digest)
        let reading = try claim.write { tx -> RunReading in
            let (id, created) = try known.map { ($0, true) } ?? OpenImportRun.find(draft, tx)
            let run = try ImportRunRow.lock(id, tx)
            let share = try tx.first(
                "SELECT accepted, refused FROM import_file_runs WHERE file_id = \(file) AND execution_id = \(id)")
            let twin = try tx.first(
                """
                SELECT file_id FROM import_file_runs
                WHERE execution_id = \(id) AND file_id <> \(file) AND sha256 = \(SQLValue.bytes(digest)) LIMIT 1
                """)
            try tx.execute(
                """
                INSERT INTO import_file_runs (file_id, execution_id, sha256, created)
                VALUES (\(file), \(id), \(SQLValue.bytes(digest)), \(created)) ON DUPLICATE KEY UPDATE sha256 = VALUES(sha256)
                """)
            return RunReading(
                id: id, closed: twin != nil ? .duplicate : run.execution.status.isFinal ? .late : nil,
                accepted: try share?.int("accepted") ?? 0, refused: try share?.int("refused") ?? 0,
                startingAt: draft.startedAt ?? tx.now)
        }
        current = reading
        if !runs.contains(reading.id) { runs.append(reading.id) }
    }

    private func draft(_ run: ReadRun?) throws -> OpenImportRun.Draft {
        let request = claim.file.request
        var draft = OpenImportRun.Draft(project: claim.project, startedBy: request.startedBy)
        draft.runKey = run?.key ?? request.runKey
        draft.name = run?.name ?? request.name
        draft.suite = try (run?.suite ?? request.suite).map { try suite($0) }
        draft.branch = run?.branch ?? request.branch ?? ""
        draft.commit = run?.commit ?? request.commit ?? ""
        draft.environment = run?.environment ?? request.environment ?? ""
        draft.url = run?.url ?? request.url
        draft.startedAt = run?.startedAt.map { ImportedTest.instant($0) } ?? request.startedAt
        draft.allowEmpty = request.allowEmpty
        return draft
    }

    /// Of the catalog, so that its trends go on; else by name alone.
    private func suite(_ key: String) throws -> OpenImportRun.Suite {
        if let found = try findSuite(key, claim.project.id) {
            return OpenImportRun.Suite(id: found.id, key: key, name: found.name)
        }
        let known = try TestRegistry.find([key], .suite, in: claim.project.id, pool: claim.pool)[key]
        guard let known else { throw ExecutionFault.notFound }
        return OpenImportRun.Suite(id: known.id, key: known.key, name: key)
    }
}
