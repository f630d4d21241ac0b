import Domain
import Glibc
import MariaDB

/// Removes bytes of files that are read, or that no row names: what a crash leaves behind.
package struct SweepImports: Sendable {
    private let files: ImportFiles

    package init(files: ImportFiles) { self.files = files }

    /// Looks at up to 500 files that are past the grace of a sweep; answers how many it removed. Blocks.
    package func runOnce(nowSeconds: Int) throws -> Int {
        let old = oldFiles(before: nowSeconds - SweepArtifacts.graceSeconds)
        guard !old.isEmpty else { return 0 }
        let unread: Set<ID<ImportFile>> = Set(
            try files.pool.read { connection in
                try connection.query(
                    "SELECT id FROM import_files WHERE id IN (\(list: old)) AND read_at IS NULL"
                ).map { try $0.id("id") }
            })
        return old.count { !unread.contains($0) && unlink(files.path(of: $0)) == 0 }
    }

    private func oldFiles(before latest: Int) -> [ID<ImportFile>] {
        guard let handle = opendir(files.directory) else { return [] }
        defer { closedir(handle) }
        var found: [ID<ImportFile>] = []
        while found.count < 500, let entry = readdir(handle) {
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
