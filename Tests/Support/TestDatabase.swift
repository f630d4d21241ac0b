package import Domain
import Glibc
package import MariaDB

/// A database of its own for one test; dropped when the last reference goes.
package final class TestDatabase: Sendable {
    package let settings: DatabaseSettings
    /// Eight connections; made when first used.
    package let pool: Pool

    /// A fresh database with all migrations applied, on the server at `ASSAY_TEST_SOCKET`.
    /// - Throws: `.unavailable` when the variable is unset or nobody answers there.
    package static func fresh() throws -> TestDatabase {
        let template = try Template.migrated.get()
        let database = try empty()
        try template.copy(to: database.settings)
        return database
    }

    /// A fresh database without tables, for tests below the schema.
    package static func empty() throws -> TestDatabase {
        let name = TestServer.newName()
        try Connection(TestServer.settings()).createDatabase(name)
        return TestDatabase(settings: try TestServer.settings(database: name))
    }

    private init(settings: DatabaseSettings) {
        self.settings = settings
        pool = Pool(settings, size: 8)
    }

    deinit {
        pool.close()
        // A database that stays is dropped as a leftover by the next run.
        try? Connection(TestServer.settings()).dropDatabase(settings.database)
    }

    /// A connection outside the pool.
    package func connection() throws -> Connection { try Connection(settings) }

    /// A pool whose clock, and so `Transaction.now`, stands still at `time`.
    package func pool(at time: Timestamp, size: Int = 2) -> Pool {
        var fixed = settings
        fixed.fixedTime = time
        return Pool(fixed, size: size)
    }
}
