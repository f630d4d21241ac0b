import MariaDB
import Support
import Testing

@Suite struct SupportTests {
    @Test func `a fresh database has the migrated schema, and is dropped with its last reference`() throws {
        var database: TestDatabase? = try TestDatabase.fresh()
        let name = try #require(database?.settings.database)
        let tables = try database?.connection().executeRaw("SHOW TABLES LIKE 'leaderships'")
        #expect(tables?.count == 1)
        database = nil
        #expect(try Connection(TestServer.settings()).executeRaw("SHOW DATABASES LIKE '\(name)'").isEmpty)
    }
}
