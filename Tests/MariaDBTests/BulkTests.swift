import Domain
import MariaDB
import Support
import Testing

@Suite struct BulkTests {
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase.empty()
        try database.connection().execute(
            """
            CREATE TABLE facts (n BIGINT PRIMARY KEY, big BIGINT UNSIGNED NULL, ratio DOUBLE NULL, note TEXT NULL,
              raw VARBINARY(300) NULL, at DATETIME(3) NULL)
            """)
    }

    private func insert(_ rows: [[SQLValue]]) throws -> Int {
        try database.pool.transaction { tx in
            try tx.bulk("INSERT INTO facts (n, big, ratio, note, raw, at) VALUES (?, ?, ?, ?, ?, ?)", rows: rows)
        }
    }

    private func row(_ n: Int) -> [SQLValue] {
        let note = SQLValue.text(String(repeating: "é", count: n % 50))
        let raw = SQLValue.bytes([UInt8](repeating: UInt8(n % 256), count: n % 300))
        let time = SQLValue.time(Timestamp(milliseconds: 1_700_000_000_000 + Int64(n)))
        return [
            .integer(Int64(n) - 500), n % 3 == 0 ? .null : .unsigned(.max - UInt64(n)), .double(Double(n) / 4),
            n % 7 == 0 ? .null : note, n % 5 == 0 ? .null : raw, n % 2 == 0 ? .null : time,
        ]
    }

    @Test func `a thousand rows with gaps arrive as they were sent`() throws {
        let rows = (0..<1000).map(row)
        #expect(try insert(rows) == 1000)
        let read = try database.pool.read { connection in
            try connection.query("SELECT n, big, ratio, note, raw, at FROM facts ORDER BY n").map { row in
                ["n", "big", "ratio", "note", "raw", "at"].map { row[$0] ?? .null }
            }
        }
        #expect(read == rows)
    }

    @Test func `columns of mixed kinds go as text`() throws {
        let rows: [[SQLValue]] = [
            [.integer(1), .null, .integer(1), .integer(7), .null, .null],
            [.unsigned(2), .null, .double(2.5), .double(1.5), .null, .null],
            [.integer(3), .null, .null, .time(Timestamp(milliseconds: 0)), .null, .null],
        ]
        #expect(try insert(rows) == 3)
        let notes = try database.pool.read {
            try $0.query("SELECT note FROM facts ORDER BY n").map { try $0.text("note") }
        }
        #expect(notes == ["7", "1.5", "1970-01-01 00:00:00.000"])
        #expect(try database.pool.read { try $0.first("SELECT ratio FROM facts WHERE n = 1")?.double("ratio") } == 1)
    }

    @Test func `no rows is no statement`() throws {
        #expect(try insert([]) == 0)
    }

    @Test func `long rows go in several packets`() throws {
        let note = SQLValue.text(String(repeating: "x", count: 60_000))
        let rows: [[SQLValue]] = (0..<200).map { [.integer($0), .null, .null, note, .null, .null] }
        #expect(try insert(rows) == 200)
    }

    @Test func `a duplicate undoes the whole transaction`() throws {
        let rows: [[SQLValue]] = [1, 2, 2].map { [.integer($0), .null, .null, .null, .null, .null] }
        #expect(throws: DatabaseError.duplicate(key: "PRIMARY")) { try insert(rows) }
        #expect(try database.pool.read { try $0.query("SELECT n FROM facts") }.isEmpty)
    }

    @Test func `the same text serves single rows and bulk`() throws {
        try database.pool.transaction { tx in
            try tx.bulk("INSERT INTO facts (n) VALUES (?)", rows: [[.integer(1)], [.integer(2)]])
            try tx.execute("INSERT INTO facts (n) VALUES (\(3))")
            try tx.bulk(
                "UPDATE facts SET note = ? WHERE n = ?", rows: [[.text("a"), .integer(1)], [.text("b"), .integer(3)]])
        }
        let notes = try database.pool.read {
            try $0.query("SELECT note FROM facts ORDER BY n").map { try $0.textOrNil("note") }
        }
        #expect(notes == ["a", nil, "b"])
    }
}
