import Domain
import Glibc

/// Applies the files `NNNN-name.sql` of a directory, forward only.
///
/// DDL cannot be rolled back, so every statement must be re-runnable (`IF NOT EXISTS`): after a crash the file is run
/// again from its first statement. The row `migrate` of `leaderships` keeps two runners apart.
package struct Migrator: Sendable {
    private let directory: String
    private let waitMs: Int64
    private static let leaseSeconds = 15

    /// - Parameter waitMs: how long to wait for another runner before giving up.
    package init(directory: String, waitMs: Int64 = 60_000) {
        self.directory = directory
        self.waitMs = waitMs
    }

    /// Applies what is missing; answers the names of the files applied, in order. Blocks.
    ///
    /// Give it a connection of its own with `maxStatementSeconds` 0: large tables take long.
    /// - Throws: `.migration` for a changed file, a database newer than the files, or a second runner that stays.
    @discardableResult
    package func apply(to connection: Connection) throws(DatabaseError) -> [String] {
        let migrations = try Migration.all(in: directory)
        for statement in Self.ownTables { try connection.executeRaw(statement) }
        let owner = UUIDv7(at: try time(connection))
        try lead(as: owner, connection)
        defer { resign(as: owner, connection) }
        let missing = try missing(migrations, connection)
        for migration in missing {
            for statement in migration.statements {
                guard try touch(as: owner, connection) else { throw .migration("another runner has taken over") }
                try run(statement, of: migration, on: connection)
            }
            try record(migration, connection)
        }
        return missing.map(\.name)
    }

    /// Whether the database holds exactly what the files say; a server does not start otherwise.
    /// - Throws: `.migration` when an applied file has changed or the database is newer than the files.
    package func isCurrent(on connection: Connection) throws(DatabaseError) -> Bool {
        let migrations = try Migration.all(in: directory)
        let table = try connection.first(
            "SELECT 1 AS found FROM information_schema.tables "
                + "WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'")
        guard table != nil else { return false }
        return try missing(migrations, connection).isEmpty
    }

    /// The migrations not yet recorded, after checking those that are.
    private func missing(
        _ migrations: [Migration], _ connection: Connection
    ) throws(DatabaseError) -> [Migration] {
        var applied: [Int: String] = [:]
        for row in try connection.query("SELECT version, sha256 FROM schema_migrations") {
            applied[try row.int("version")] = try row.text("sha256")
        }
        var missing: [Migration] = []
        for migration in migrations {
            guard let checksum = applied.removeValue(forKey: migration.version) else {
                missing.append(migration)
                continue
            }
            let current = try connection.first("SELECT SHA2(\(migration.text), 256) AS sha256")?.text("sha256")
            guard current == checksum else {
                throw .migration("\(migration.version)-\(migration.name) was changed after it had been applied")
            }
        }
        if let newest = applied.keys.max() {
            throw .migration("the database has version \(newest), which this program does not know")
        }
        return missing
    }

    private func run(
        _ statement: String, of migration: Migration, on connection: Connection
    ) throws(DatabaseError) {
        do {
            try connection.executeRaw(statement)
        } catch .statement(let code, let message) {
            throw .migration("\(migration.version)-\(migration.name): \(message) (\(code)) in \(statement.prefix(120))")
        }
    }

    private func record(_ migration: Migration, _ connection: Connection) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO schema_migrations (version, name, sha256, applied_at)
            VALUES (\(migration.version), \(migration.name), SHA2(\(migration.text), 256), UTC_TIMESTAMP(3))
            """)
    }
}

extension Migrator {
    private static let ownTables = [
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          version INT UNSIGNED PRIMARY KEY, name VARCHAR(255) NOT NULL, sha256 CHAR(64) NOT NULL,
          applied_at DATETIME(3) NOT NULL)
        """,
        """
        CREATE TABLE IF NOT EXISTS leaderships (
          name VARCHAR(32) PRIMARY KEY, epoch BIGINT UNSIGNED NOT NULL, owner UUID NOT NULL,
          lease_until DATETIME(3) NOT NULL)
        """,
    ]

    private func time(_ connection: Connection) throws(DatabaseError) -> Timestamp {
        guard let row = try connection.first("SELECT UTC_TIMESTAMP(3) AS now") else { throw .connectionLost }
        return try row.time("now")
    }

    /// Waits for the row `migrate` and takes it.
    private func lead(as owner: UUIDv7, _ connection: Connection) throws(DatabaseError) {
        try connection.execute(
            """
            INSERT INTO leaderships (name, epoch, owner, lease_until) VALUES ('migrate', 0, \(owner), '2000-01-01')
            ON DUPLICATE KEY UPDATE name = name
            """)
        var waitedMs: Int64 = 0
        while true {
            let taken = try connection.execute(
                """
                UPDATE leaderships SET epoch = epoch + 1, owner = \(owner),
                  lease_until = UTC_TIMESTAMP(3) + INTERVAL \(Self.leaseSeconds) SECOND
                WHERE name = 'migrate' AND lease_until <= UTC_TIMESTAMP(3)
                """)
            if taken > 0 { return }
            guard waitedMs < waitMs else { throw .migration("another runner is migrating this database") }
            usleep(100_000)
            waitedMs += 100
        }
    }

    /// Renews the lease; false when it has been lost.
    private func touch(as owner: UUIDv7, _ connection: Connection) throws(DatabaseError) -> Bool {
        try connection.execute(
            """
            UPDATE leaderships SET lease_until = UTC_TIMESTAMP(3) + INTERVAL \(Self.leaseSeconds) SECOND
            WHERE name = 'migrate' AND owner = \(owner)
            """) > 0
    }

    private func resign(as owner: UUIDv7, _ connection: Connection) {
        // A lease that cannot be given back runs out by itself.
        _ = try? connection.execute(
            "UPDATE leaderships SET lease_until = UTC_TIMESTAMP(3) WHERE name = 'migrate' AND owner = \(owner)")
    }
}
