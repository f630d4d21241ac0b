import Domain
import Glibc
import MariaDB

/// Removes bytes of files that are read and need no mending, or that no row names: what a crash leaves behind.
package struct SweepImports: Sendable {
    /// So long a file of which something was refused can be fetched and mended.
    package static let keptDays = 7
    private static let some = 500

    private let files: ImportFiles

    package init(files: ImportFiles) { self.files = files }

    /// Looks at the files that are past the grace of a sweep; answers how many it removed. Blocks.
    package func runOnce(nowSeconds: Int) throws -> Int {
        var old = oldFiles(before: nowSeconds - SweepArtifacts.graceSeconds)[...]
        var removed = 0
        while !old.isEmpty {
            let some = Array(old.prefix(Self.some))
            old = old.dropFirst(Self.some)
            let needed = try needed(some)
            removed += some.count { !needed.contains($0) && unlink(files.path(of: $0)) == 0 }
        }
        return removed
    }

    /// Those that are not read yet, or of which something waits to be mended.
    private func needed(_ some: [ID<ImportFile>]) throws -> Set<ID<ImportFile>> {
        try files.pool.read { connection in
            let rows = try connection.query(
                """
                SELECT f.id FROM import_files f WHERE f.id IN (\(list: some)) AND (f.read_at IS NULL
                  OR (f.read_at > UTC_TIMESTAMP(3) - INTERVAL \(Self.keptDays) DAY AND EXISTS (
                    SELECT 1 FROM intake_items i WHERE i.file_id = f.id AND i.state = 'refused')))
                """)
            return Set(try rows.map { try $0.id("id") })
        }
    }

    private func oldFiles(before latest: Int) -> [ID<ImportFile>] {
        guard let handle = opendir(files.directory) else { return [] }
        defer { closedir(handle) }
        var found: [ID<ImportFile>] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard let id = ID<ImportFile>(name), stat(files.directory + "/" + name, &status) == 0,
                status.st_mtim.tv_sec < latest
            else { continue }
            found.append(id)
        }
        return found
    }
}
