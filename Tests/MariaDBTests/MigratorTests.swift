import Glibc
import MariaDB
import Support
import Testing

@Suite struct MigratorTests {
    private let connection: Connection
    private let directory: Directory

    init() throws {
        let server = try Connection(TestServer.settings())
        let name = "assay_test_\(getpid())_migrator_\(UInt32.random(in: 0...UInt32.max))"
        try server.createDatabase(name)
        connection = try Connection(TestServer.settings(database: name))
        directory = try Directory(database: name)
    }

    private var migrator: Migrator { Migrator(directory: directory.path, waitMs: 0) }

    @Test func `missing files are applied in order, once`() throws {
        try directory.write(
            "0002-b.sql", "ALTER TABLE a ADD COLUMN IF NOT EXISTS m INT;\nINSERT INTO a (n, m) VALUES (1, 2);\n")
        try directory.write(
            "0001-a.sql",
            """
            -- Makes a; takes a second;
            CREATE TABLE IF NOT EXISTS a (   -- a comment with a ;
              n INT, `odd -- name` INT NULL DEFAULT 1);  -- done

            INSERT INTO a (n) VALUES (LENGTH('x -- y'));
            """)
        try directory.write("README.md", "not a migration")
        #expect(try !migrator.isCurrent(on: connection))
        #expect(try migrator.apply(to: connection) == ["a", "b"])
        #expect(try migrator.isCurrent(on: connection))
        #expect(try migrator.apply(to: connection) == [])
        let rows = try connection.executeRaw("SELECT n, m FROM a ORDER BY n")
        #expect(rows == [["1", "2"], ["6", nil]])
        let recorded = try connection.executeRaw("SELECT version, name FROM schema_migrations ORDER BY version")
        #expect(recorded == [["1", "a"], ["2", "b"]])
    }

    @Test func `an empty directory is current after the first run`() throws {
        #expect(try migrator.apply(to: connection) == [])
        #expect(try migrator.isCurrent(on: connection))
        #expect(try connection.executeRaw("SHOW TABLES LIKE 'leaderships'").count == 1)
    }

    @Test func `a file that failed half way is run again from its start`() throws {
        try directory.write("0001-a.sql", "CREATE TABLE IF NOT EXISTS a (n INT);\nBROKEN;\n")
        let error = #expect(throws: DatabaseError.self) { try migrator.apply(to: connection) }
        guard case .migration(let text)? = error else { throw error ?? .connectionLost }
        #expect(text.contains("1-a") && text.contains("BROKEN"))
        try directory.write("0001-a.sql", "CREATE TABLE IF NOT EXISTS a (n INT);\nINSERT INTO a (n) VALUES (1);\n")
        #expect(try migrator.apply(to: connection) == ["a"])
    }

    @Test func `a changed file is refused`() throws {
        try directory.write("0001-a.sql", "CREATE TABLE a (n INT);")
        try migrator.apply(to: connection)
        try directory.write("0001-a.sql", "CREATE TABLE a (n BIGINT);")
        let error = DatabaseError.migration("1-a was changed after it had been applied")
        #expect(throws: error) { try migrator.apply(to: connection) }
        #expect(throws: error) { try migrator.isCurrent(on: connection) }
    }

    @Test func `a database newer than the program is refused`() throws {
        try directory.write("0007-a.sql", "CREATE TABLE a (n INT);")
        try migrator.apply(to: connection)
        directory.remove("0007-a.sql")
        #expect(throws: DatabaseError.migration("the database has version 7, which this program does not know")) {
            try migrator.apply(to: connection)
        }
    }

    @Test func `two files of one version are refused`() throws {
        try directory.write("0001-a.sql", "")
        try directory.write("001-b.sql", "")
        #expect(throws: DatabaseError.self) { try migrator.apply(to: connection) }
    }

    @Test func `a directory that is not there is refused`() throws {
        #expect(throws: DatabaseError.migration("cannot read the directory /nonexistent")) {
            try Migrator(directory: "/nonexistent").apply(to: connection)
        }
    }

    @Test func `a second runner waits for the first, then gives up`() throws {
        try migrator.apply(to: connection)
        try connection.execute("UPDATE leaderships SET lease_until = '2999-01-01' WHERE name = 'migrate'")
        #expect(throws: DatabaseError.migration("another runner is migrating this database")) {
            try migrator.apply(to: connection)
        }
        try connection.execute("UPDATE leaderships SET lease_until = '2000-01-01' WHERE name = 'migrate'")
        #expect(try migrator.apply(to: connection) == [])
    }

    @Test func `a runner that lost its lead stops`() throws {
        try directory.write(
            "0001-a.sql", "UPDATE leaderships SET owner = UUID() WHERE name = 'migrate';\nCREATE TABLE a (n INT);\n")
        #expect(throws: DatabaseError.migration("another runner has taken over")) {
            try migrator.apply(to: connection)
        }
    }
}

/// A directory for migration files; goes with the database it is for.
private final class Directory {
    let path: String
    private let database: String

    init(database: String) throws {
        self.database = database
        path = "/tmp/\(database)"
        guard mkdir(path, 0o700) == 0 else { throw DatabaseError.unavailable("mkdir") }
    }

    deinit {
        for name in names { unlink(path + "/" + name) }
        rmdir(path)
        try? Connection(TestServer.settings()).dropDatabase(database)
    }

    private var names: Set<String> = []

    func write(_ name: String, _ text: String) throws {
        names.insert(name)
        let file = open(path + "/" + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard file >= 0 else { throw DatabaseError.unavailable("open") }
        _ = Glibc.write(file, text, text.utf8.count)
        close(file)
    }

    func remove(_ name: String) { unlink(path + "/" + name) }
}
