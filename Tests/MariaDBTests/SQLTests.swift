import Domain
import MariaDB
import Testing

private enum Colour: String, SQLBindable { case red, green }

@Suite struct SQLTests {
    @Test func `interpolated values become places`() {
        let name = "'; DROP TABLE t; --"
        let sql: SQL = "SELECT a FROM t WHERE name = \(name) AND n = \(3)"
        #expect(sql.text == "SELECT a FROM t WHERE name = ? AND n = ?")
        #expect(sql.values == [.text(name), .integer(3)])
    }

    @Test func `a list becomes a power of two of places, so that few texts are prepared`() {
        #expect(("IN (\(list: [1, 2, 3]))" as SQL).text == "IN (?,?,?,?)")
        #expect(("IN (\(list: ["a"]))" as SQL).values == [.text("a")])
        #expect(("IN (\(list: [Int]()))" as SQL) == "IN (NULL)")
    }

    @Test func `statements are spliced with their values`() {
        let condition: SQL = "a = \(1)"
        let sql: SQL = "SELECT \(raw: "a") FROM t WHERE \(sql: condition)" + " AND b = \(true)"
        #expect(sql.text == "SELECT a FROM t WHERE a = ? AND b = ?")
        #expect(sql.values == [.integer(1), .integer(1)])
    }

    @Test func `conditions are joined`() {
        let conditions: [SQL] = ["a = \(1)", "b = \(2)"]
        #expect(conditions.joined(separator: " AND ").text == "a = ? AND b = ?")
        #expect([SQL]().joined(separator: " AND ") == "")
    }

    @Test func `each kind of value binds as its own`() {
        let time = Timestamp(milliseconds: 5)
        let uuid = UUIDv7(at: time)
        let id = ID<Project>(uuid)
        let sql: SQL =
            "\(Int32(1))\(Int64(2))\(UInt(3))\(UInt16(4))\(UInt32(5))\(UInt64.max)\(1.5)\("x"[...])\([1, 2] as [UInt8])"
        #expect(
            sql.values == [
                .integer(1), .integer(2), .integer(3), .integer(4), .integer(5), .unsigned(.max), .double(1.5),
                .text("x"), .bytes([1, 2]),
            ])
        let document: JSONValue = ["a": [1, true]]
        let more: SQL = "\(time)\(uuid)\(id)\(document)\(Colour.green)\(nil as Int?)\(SQLValue.null)"
        #expect(
            more.values == [
                .time(time), .text(uuid.description), .text(uuid.description), .text("{\"a\":[1,true]}"),
                .text("green"), .null, .null,
            ])
    }
}
