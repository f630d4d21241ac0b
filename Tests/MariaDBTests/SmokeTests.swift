import Domain
import MariaDB
import Support
import Testing

@Suite struct SmokeTests {
    @Test func `values come back as they were bound`() throws {
        let database = try TestDatabase.fresh()
        let id = UUIDv7(at: Timestamp(milliseconds: 1_800_000_000_123))
        let row = try database.pool.transaction { tx in
            try tx.execute("CREATE TABLE t (id UUID PRIMARY KEY, at DATETIME(3), n BIGINT, b BINARY(4), j JSON, d DOUBLE)")
            try tx.execute(
                "INSERT INTO t (id, at, n, b, j, d) VALUES (\(id), \(id.time), \(-3), \([1, 2, 0, 255] as [UInt8]), \(["a": 1] as JSONValue), \(1.5))"
            )
            return try #require(try tx.first("SELECT id, at, n, b, j, d FROM t WHERE id = \(id)"))
        }
        #expect(try row.uuid("id") == id)
        #expect(try row.time("at") == id.time)
        #expect(try row.int("n") == -3)
        #expect(try row.bytes("b") == [1, 2, 0, 255])
        #expect(try row.json("j") == ["a": 1])
        #expect(try row.double("d") == 1.5)
    }
}
