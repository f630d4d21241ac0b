import Domain
import MariaDB
import Support
import Testing

private enum Colour: String, SQLBindable { case red, green }

/// One round trip through the binary protocol and back.
@Suite struct ValueTests {
    private let connection: Connection

    init() throws { connection = try Connection(TestServer.settings()) }

    private func echo(_ sql: SQL) throws -> Row { try #require(try connection.first(sql)) }

    @Test(arguments: [0, 1, -1, Int.max, Int.min]) func `integers`(number: Int) throws {
        #expect(try echo("SELECT CAST(\(number) AS SIGNED) AS v").int("v") == number)
    }

    @Test(arguments: [0, 1, UInt64(Int64.max), UInt64(Int64.max) + 1, .max]) func `unsigned integers`(
        number: UInt64
    ) throws {
        let row = try echo("SELECT CAST(\(number) AS UNSIGNED) AS v")
        #expect(try row.uint64("v") == number)
        if number > Int64.max { #expect(throws: DatabaseError.decoding(column: "v")) { try row.int("v") } }
    }

    @Test(arguments: [0, 1.5, -2.25e-300, Double.greatestFiniteMagnitude]) func `doubles`(number: Double) throws {
        #expect(try echo("SELECT CAST(\(number) AS DOUBLE) AS v").double("v") == number)
    }

    @Test(arguments: ["", "a", "Grüße, 世界 🙂", "'; --", "\\\"`%_\0end", String(repeating: "é", count: 128)])
    func `texts`(text: String) throws {
        let row = try echo("SELECT \(text) AS v")
        #expect(try row.text("v") == text)
        #expect(row["v"] == .text(text))
    }

    @Test func `texts of a mebibyte and around the buffer's size`() throws {
        for count in [255, 256, 257, 1 << 20] {
            let text = String(repeating: "x", count: count)
            #expect(try echo("SELECT \(text) AS v, \(7) AS after").text("v") == text)
        }
    }

    @Test func `bytes`() throws {
        for bytes in [[], [0, 255, 0xc3], [UInt8](repeating: 0x80, count: 300)] {
            let row = try echo("SELECT \(bytes) AS v")
            #expect(try row.bytes("v") == bytes)
        }
        let invalid = try echo("SELECT \([0xff] as [UInt8]) AS v")
        #expect(throws: DatabaseError.decoding(column: "v")) { try invalid.text("v") }
    }

    @Test(arguments: ["1970-01-01T00:00:00.000Z", "2026-11-21T03:39:33.466Z", "1969-12-31T23:59:59.999Z"])
    func `instants`(text: String) throws {
        let time = try #require(Timestamp(text))
        let row = try echo("SELECT CAST(\(time) AS DATETIME(3)) AS v, \(time) + INTERVAL 1 SECOND AS later")
        #expect(try row.time("v") == time)
        #expect(try row.time("later") == time.adding(ms: 1000))
    }

    @Test func `null is nil and never a value`() throws {
        let row = try echo("SELECT NULL AS v, CAST(NULL AS DATETIME) AS t")
        #expect(try row.textOrNil("v") == nil)
        #expect(try row.intOrNil("v") == nil)
        #expect(try row.uint64OrNil("v") == nil)
        #expect(try row.doubleOrNil("v") == nil)
        #expect(try row.boolOrNil("v") == nil)
        #expect(try row.bytesOrNil("v") == nil)
        #expect(try row.timeOrNil("t") == nil)
        #expect(try row.uuidOrNil("v") == nil)
        #expect(try row.jsonOrNil("v") == nil)
        #expect(try (row.idOrNil("v") as ID<Project>?) == nil)
        #expect(try (row.valueOrNil("v") as Colour?) == nil)
        #expect(throws: DatabaseError.decoding(column: "v")) { try row.text("v") }
    }

    @Test func `decimals, dates and numbers read as what they mean`() throws {
        let row = try echo(
            "SELECT SUM(n) AS s, AVG(n) AS a, DATE('2026-11-21') AS d, 1 = 1 AS yes FROM (SELECT 4 AS n) t")
        #expect(try row.int("s") == 4)
        #expect(try row.double("s") == 4)
        #expect(try row.double("a") == 4)
        #expect(try row.text("d") == "2026-11-21")
        #expect(try row.bool("yes"))
        #expect(row.columnNames == ["s", "a", "d", "yes"])
        #expect(try echo("SELECT \(3) AS v").double("v") == 3)
        #expect(try echo("SELECT CAST(\(UInt64.max) AS UNSIGNED) AS v").double("v") == 18_446_744_073_709_551_616)
        #expect(try echo("SELECT '2026-11-21 00:00:00.500' AS v").time("v").description == "2026-11-21T00:00:00.500Z")
    }

    @Test func `ids, enums and documents`() throws {
        let id = ID<Execution>(at: Timestamp(milliseconds: 1_800_000_000_000))
        let document: JSONValue = ["name": "é", "list": [1, 2.5, nil as JSONValue? ?? .null]]
        let row = try echo("SELECT CAST(\(id) AS UUID) AS id, \(document) AS doc, \(Colour.green) AS colour")
        #expect(try row.id("id") == id)
        #expect(try row.idOrNil("id") == id)
        #expect(try row.json("doc") == document)
        #expect(try row.value("colour") == Colour.green)
        #expect(try row.bytes("colour") == Array("green".utf8))
    }

    @Test func `another shape is a decoding error that names the column`() throws {
        let row = try echo("SELECT 'pink' AS v, \(1.5) AS d")
        let error = DatabaseError.decoding(column: "v")
        #expect(throws: error) { try row.int("v") }
        #expect(throws: error) { try row.double("v") }
        #expect(throws: error) { try row.time("v") }
        #expect(throws: error) { try row.uuid("v") }
        #expect(throws: error) { try row.json("v") }
        #expect(throws: error) { let _: Colour = try row.value("v") }
        #expect(throws: DatabaseError.decoding(column: "d")) { try row.text("d") }
        #expect(throws: DatabaseError.decoding(column: "d")) { try row.bytes("d") }
        #expect(throws: DatabaseError.decoding(column: "absent")) { try row.int("absent") }
    }
}
