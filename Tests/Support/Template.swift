import MariaDB

/// The migrated database of this process, of which every test gets a copy.
///
/// Replaying `SHOW CREATE TABLE` and the seeded rows is faster than running the migrations.
final class Template: Sendable {
    /// Made when the first test asks; its failure is every test's failure.
    static let migrated = Result { try Template() }

    private let name = TestServer.newName()
    private let tables: [String]
    private let seeded: [String]

    private init() throws {
        try TestServer.dropLeftovers()
        try Connection(TestServer.settings()).createDatabase(name)
        var settings = try TestServer.settings(database: name)
        settings.maxStatementSeconds = 0
        let connection = try Connection(settings)
        try Migrator(directory: Self.migrationsDirectory).apply(to: connection)
        let found = try connection.executeRaw("SHOW FULL TABLES WHERE Table_type = 'BASE TABLE'")
        let names = found.compactMap { $0.first ?? nil }
        tables = try names.compactMap { try connection.executeRaw("SHOW CREATE TABLE `\($0)`").first?.last ?? nil }
        seeded = try names.filter { try !connection.executeRaw("SELECT 1 FROM `\($0)` LIMIT 1").isEmpty }
    }

    /// `migrations/` beside `Package.swift`, two folders above this file's.
    private static var migrationsDirectory: String {
        "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/migrations"
    }

    /// Makes the tables and seeded rows in an empty database.
    func copy(to settings: DatabaseSettings) throws {
        let connection = try Connection(settings)
        try connection.executeRaw("SET SESSION foreign_key_checks = 0")
        for table in tables { try connection.executeRaw(table) }
        for table in seeded { try connection.executeRaw("INSERT INTO `\(table)` SELECT * FROM `\(name)`.`\(table)`") }
    }
}
