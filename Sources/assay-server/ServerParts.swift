import Daemon
import Domain
import Glibc
import Identity
import MariaDB

/// What every role is built from.
struct ServerParts {
    let config: Config
    let pool: Pool
    let log: Log

    init(_ config: Config, poolSize: Int? = nil) throws {
        self.config = config
        pool = Pool(config.database, size: poolSize ?? config.poolSize)
        log = Log(role: config.roleName, level: config.logLevel)
    }

    /// The master keys; the file must be there.
    func keys() throws -> KeyRing {
        guard let text = readFile(config.masterKeyFile) else { throw UpError("cannot read \(config.masterKeyFile)") }
        return try KeyRing(file: Array(text.utf8))
    }

    /// The database's clock.
    func now() throws -> Timestamp { try pool.transaction { $0.now } }

    /// Refuses to serve on a schema that this program does not know.
    func requireCurrentSchema() throws {
        guard try Migrator(directory: config.share + "/migrations").isCurrent(on: Connection(config.database)) else {
            throw UpError("the database schema is not current: run assay-server migrate")
        }
    }
}
