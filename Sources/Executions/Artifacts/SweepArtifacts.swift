import Domain
import Glibc
package import MariaDB

/// Removes artifacts that no verdict made visible, and bytes that no row names, in small steps.
package final class SweepArtifacts {
    /// A file younger than this may belong to an upload that is not committed yet.
    static let graceSeconds = 3600
    private static let batch = 500

    private let pool: Pool
    private let directory: String
    /// The next of the 256 folders to look at.
    private var folder = 0

    /// - Parameter directory: that of the `ArtifactStore`.
    package init(pool: Pool, directory: String) {
        self.pool = pool
        self.directory = directory
    }

    /// One step: a batch of rows, one folder. Returns how many rows and files it removed. Blocks.
    ///
    /// - Parameter touch: called first in the transaction, to renew or lose a leadership.
    package func runOnce(touch: (Transaction) throws -> Void = { _ in }) throws -> Int {
        let rows = try pool.transaction { tx in
            try touch(tx)
            return try tx.execute(
                """
                DELETE FROM artifacts WHERE visible = FALSE AND NOT EXISTS (
                  SELECT 1 FROM attempts t WHERE t.execution_id = artifacts.execution_id
                    AND t.attempt = artifacts.attempt AND t.status = 'running')
                LIMIT \(SweepArtifacts.batch)
                """)
        }
        defer { folder = (folder + 1) % 256 }
        let name = hex([UInt8(folder)])
        let old = oldFiles(in: directory + "/" + name)
        return rows + (try remove(old, from: directory + "/" + name))
    }

    private func remove(_ digests: [String], from folder: String) throws -> Int {
        var removed = 0
        for start in stride(from: 0, to: digests.count, by: SweepArtifacts.batch) {
            let some = Array(digests[start..<min(start + SweepArtifacts.batch, digests.count)])
            let named = Set(
                try pool.read { connection in
                    try connection.query(
                        "SELECT DISTINCT LOWER(HEX(sha256)) AS digest FROM artifacts WHERE sha256 IN (\(list: some.map(bytes)))"
                    ).map { try $0.text("digest") }
                })
            for digest in some where !named.contains(digest) && unlink(folder + "/" + digest) == 0 { removed += 1 }
        }
        return removed
    }

    /// Digests of the files in a folder that are past their grace; what is no digest is not ours.
    private func oldFiles(in folder: String) -> [String] {
        guard let handle = opendir(folder) else { return [] }
        defer { closedir(handle) }
        let latest = time(nil) - SweepArtifacts.graceSeconds
        var digests: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var status = stat()
            guard name.utf8.count == 64, stat(folder + "/" + name, &status) == 0, status.st_mtim.tv_sec < latest
            else { continue }
            digests.append(name)
        }
        return digests
    }

    private func bytes(_ digest: String) -> [UInt8] {
        let digits = digest.utf8.map { $0 < 58 ? $0 &- 48 : $0 &- 87 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
