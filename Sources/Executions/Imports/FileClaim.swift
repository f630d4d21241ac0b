import Domain
import MariaDB

/// A file that this thread reads: each transaction proves the claim first, so that two readers never store the same.
struct FileClaim {
    let pool: Pool
    let file: ImportFile
    let reader: UUIDv7
    let touch: LeaseTouch
    var bytesRead: Int64 = 0
    var id: ID<ImportFile> { file.id }
    /// What is read of a packed file.
    var member: String?

    var name: String { member ?? file.name }
    var project: ProjectRef { file.project }

    @discardableResult
    func write<Result>(_ body: (Transaction) throws -> Result) throws -> Result {
        try pool.transaction { tx in
            try touch(tx)
            try ImportFiles.renew(file.id, reader, bytesRead: bytesRead, tx)
            return try body(tx)
        }
    }
}
