import Glibc
import MariaDB
import Synchronization

/// The migrated database of this process, of which every test gets a copy.
///
/// Copying `SHOW CREATE TABLE` and the seeded rows is several times faster than running the migrations.
final class Template: Sendable {
    /// Made when the first test asks; its failure is every test's failure.
    static let migrated = Result { try Template() }

    private let base: DatabaseSettings
    private let tables: [String]
    private let seeded: [String]
    private let name = "assay_test_\(getpid())"
    private let copyCount = Mutex(0)

    private init() throws {
        base = try TestServer.settings()
        let server = try Connection(base)
        try Self.dropLeftovers(server)
        try server.createDatabase(name)
        var settings = base
        settings.database = name
        settings.maxStatementSeconds = 0
        let connection = try Connection(settings)
        try Migrator(directory: Self.migrationsDirectory).apply(to: connection)
        let names = try connection.query(
            """
            SELECT table_name AS name FROM information_schema.tables
            WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE'
            """
        ).map { try $0.text("name") }
        tables = try names.compactMap { try connection.executeRaw("SHOW CREATE TABLE `\($0)`").first?.last ?? nil }
        seeded = try names.filter { try !connection.executeRaw("SELECT 1 FROM `\($0)` LIMIT 1").isEmpty }
    }

    /// `migrations/` beside `Package.swift`, two folders above this file's.
    private static var migrationsDirectory: String {
        let parts = #filePath.split(separator: "/").dropLast(3)
        return "/" + parts.joined(separator: "/") + "/migrations"
    }

    /// Databases of test processes that were killed before they could drop them.
    private static func dropLeftovers(_ server: Connection) throws {
        let names = try server.query(
            "SELECT schema_name AS name FROM information_schema.schemata WHERE schema_name LIKE 'assay\\_test\\_%'"
        ).map { try $0.text("name") }
        for name in names {
            let parts = name.split(separator: "_")
            guard parts.count > 2, let process = pid_t(parts[2]) else { continue }
            if process == getpid() || kill(process, 0) != 0 { try server.dropDatabase(name) }
        }
    }

    func server(database: String) -> DatabaseSettings {
        var settings = base
        settings.database = database
        return settings
    }

    /// Makes a copy and answers its name.
    func makeCopy() throws -> String {
        let number = copyCount.withLock { count in
            count += 1
            return count
        }
        let copy = "\(name)_\(number)"
        let server = try Connection(base)
        try server.createDatabase(copy)
        try server.executeRaw("USE `\(copy)`")
        try server.executeRaw("SET SESSION foreign_key_checks = 0")
        for table in tables { try server.executeRaw(table) }
        for table in seeded { try server.executeRaw("INSERT INTO `\(table)` SELECT * FROM `\(name)`.`\(table)`") }
        return copy
    }

    func discard(_ copy: String) {
        // A database that stays is dropped as a leftover by the next run.
        try? Connection(base).dropDatabase(copy)
    }
}
