import Domain
import MariaDB
import Support
import Testing

@Suite struct ConnectionTests {
    private let database: TestDatabase
    private let connection: Connection

    init() throws {
        database = try TestDatabase.empty()
        connection = try database.connection()
        try connection.execute(
            """
            CREATE TABLE people (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NULL, age INT UNSIGNED NULL,
              UNIQUE KEY people_for_name (name), CONSTRAINT people_are_mortal CHECK (age < 200))
            """)
    }

    @Test func `the session has the agreed settings`() throws {
        let row = try #require(
            try connection.first(
                """
                SELECT @@tx_isolation AS isolation, @@time_zone AS zone, @@innodb_lock_wait_timeout AS row_wait,
                  @@lock_wait_timeout AS table_wait, @@idle_write_transaction_timeout AS idle,
                  @@max_statement_time AS longest, @@sql_mode AS mode, @@character_set_client AS characters
                """))
        #expect(try row.text("isolation") == "READ-COMMITTED")
        #expect(try row.text("zone") == "+00:00")
        #expect(try row.int("row_wait") == 3)
        #expect(try row.int("table_wait") == 5)
        #expect(try row.int("idle") == 5)
        #expect(try row.double("longest") == 5)
        #expect(try row.text("mode").contains("STRICT_ALL_TABLES"))
        #expect(try row.text("characters") == "utf8mb4")
    }

    @Test func `a write answers the rows found, not the rows changed`() throws {
        try connection.execute("INSERT INTO people (name, age) VALUES (\("ann"), \(30)), (\("bob"), \(40))")
        #expect(try connection.execute("UPDATE people SET age = \(30) WHERE name = \("ann")") == 1)
        #expect(try connection.execute("UPDATE people SET age = \(30) WHERE name = \("eve")") == 0)
        #expect(try connection.execute("SELECT id FROM people") == 0)
    }

    @Test func `the generated id is known`() throws {
        try connection.execute("INSERT INTO people (name) VALUES ('ann')")
        #expect(connection.lastInsertID == 1)
        let returned = try connection.query("INSERT INTO people (name) VALUES ('bob') RETURNING id")
        #expect(try returned.first?.int("id") == 2)
    }

    @Test func `a duplicate names its index`() throws {
        try connection.execute("INSERT INTO people (id, name) VALUES (1, \("for key 'x'"))")
        #expect(throws: DatabaseError.duplicate(key: "people_for_name")) {
            try connection.execute("INSERT INTO people (id, name) VALUES (2, \("for key 'x'"))")
        }
        #expect(throws: DatabaseError.duplicate(key: "PRIMARY")) {
            try connection.execute("INSERT INTO people (id, name) VALUES (1, 'y')")
        }
    }

    @Test func `a refused constraint is named`() throws {
        #expect(throws: DatabaseError.constraint(name: "people_are_mortal")) {
            try connection.execute("INSERT INTO people (age) VALUES (\(300))")
        }
        try connection.execute(
            """
            CREATE TABLE pets (owner INT NOT NULL,
              CONSTRAINT pets_have_owners FOREIGN KEY (owner) REFERENCES people (id))
            """)
        #expect(throws: DatabaseError.constraint(name: "pets_have_owners")) {
            try connection.execute("INSERT INTO pets (owner) VALUES (99)")
        }
    }

    @Test func `text too long is refused instead of cut`() throws {
        let error = #expect(throws: DatabaseError.self) {
            try connection.execute("INSERT INTO people (name) VALUES (\(String(repeating: "x", count: 21)))")
        }
        guard case .statement(code: 1406, _)? = error else { throw error ?? .connectionLost }
    }

    @Test func `hostile text stays text`() throws {
        let name = "'); DROP TABLE x;--"
        try connection.execute("INSERT INTO people (name) VALUES (\(name))")
        #expect(try connection.query("SELECT name FROM people WHERE name = \(name)").count == 1)
        #expect(try connection.query("SELECT name FROM people WHERE name = \("' OR '1'='1")").isEmpty)
    }

    @Test func `the longest unused statement makes room`() throws {
        let small = try Connection(database.settings, cachedStatements: 2)
        for _ in 0..<3 {
            #expect(try small.first("SELECT 1 AS v")?.int("v") == 1)
            #expect(try small.first("SELECT 2 AS v")?.int("v") == 2)
            #expect(try small.first("SELECT 3 AS v")?.int("v") == 3)
        }
        #expect(small.cachedStatementCount == 2)
        let closed = try small.executeRaw("SHOW SESSION STATUS LIKE 'Com_stmt_close'")
        #expect(closed == [["Com_stmt_close", "7"]])
    }

    @Test func `a cached statement sees new columns`() throws {
        try connection.execute("INSERT INTO people (name, age) VALUES ('ann', 30)")
        #expect(try connection.first("SELECT * FROM people")?.columnNames == ["id", "name", "age"])
        try connection.execute("ALTER TABLE people ADD COLUMN motto TEXT NOT NULL DEFAULT 'go'")
        let row = try #require(try connection.first("SELECT * FROM people"))
        #expect(try row.text("motto") == "go")
        #expect(try row.int("age") == 30)
    }

    @Test func `a number of values other than places is refused`() throws {
        #expect(throws: DatabaseError.statement(code: 0, message: "0 values for 1 places")) {
            try connection.query("SELECT ?")
        }
        #expect(throws: DatabaseError.statement(code: 0, message: "1 values for 2 places")) {
            try connection.bulk("INSERT INTO people (name, age) VALUES (?, ?)", rows: [[.null]])
        }
    }

    @Test func `a statement that runs too long is ended`() throws {
        try connection.executeRaw("SET SESSION max_statement_time = 0.01")
        #expect(throws: DatabaseError.statementTimeout) { try connection.query("SELECT SLEEP(5)") }
        #expect(try connection.first("SELECT 1 AS v")?.int("v") == 1)
    }

    @Test func `raw text answers text`() throws {
        #expect(try connection.executeRaw("SELECT 1, NULL, 'é'") == [["1", nil, "é"]])
        #expect(throws: DatabaseError.self) { try connection.executeRaw("SELEKT") }
    }

    @Test func `nobody at the socket is unavailable`() throws {
        #expect {
            try Connection(DatabaseSettings(socketPath: "/nonexistent/sock"))
        } throws: { error in
            if case .unavailable? = error as? DatabaseError { true } else { false }
        }
        #expect(throws: (any Error).self) {
            try Connection(DatabaseSettings(host: "127.0.0.1", port: 1, connectSeconds: 1))
        }
    }
}
