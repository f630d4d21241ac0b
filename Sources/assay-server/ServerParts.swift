import API
import Daemon
import Domain
import Glibc
import Identity
import MariaDB
import Wire

/// What every role is built from.
struct ServerParts: Sendable {
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

extension Services {
    /// The use cases of a role.
    init(_ parts: ServerParts, exposition: @escaping @Sendable () -> String = { "" }) throws {
        let (pool, directory) = (parts.pool, parts.config.share + "/migrations")
        self.init(
            pool: pool, version: assayVersion, keys: try parts.keys(), hasher: try PasswordHasher(),
            artifacts: parts.config.artifacts, imports: parts.config.imports, retention: parts.config.retention,
            publicURL: parts.config.url,
            isSchemaCurrent: { try pool.read { try Migrator(directory: directory).isCurrent(on: $0) } },
            exposition: exposition)
    }
}

/// What `system` and the API document call this build.

/// The wall clock in milliseconds, for dates in answers; what is compared across processes uses the database's clock.
func wallClock() -> Timestamp {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Timestamp(milliseconds: Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000)
}
