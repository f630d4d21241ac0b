package import Domain
import Glibc
package import MariaDB

/// A database of its own for one test, with all migrations applied; dropped when the last reference goes.
package final class TestDatabase: Sendable {
    package let settings: DatabaseSettings
    /// Eight connections; made when first used.
    package let pool: Pool
    private let template: Template

    /// A fresh database on the server at `ASSAY_TEST_SOCKET`.
    /// - Throws: `.unavailable` when the variable is unset or nobody answers there.
    package static func fresh() throws -> TestDatabase { try TestDatabase(of: Template.migrated.get()) }

    private init(of template: Template) throws {
        self.template = template
        settings = template.server(database: try template.makeCopy())
        pool = Pool(settings, size: 8)
    }

    deinit {
        pool.close()
        template.discard(settings.database)
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

/// Where the test server is.
package enum TestServer {
    /// Settings of the server at `ASSAY_TEST_SOCKET`, user root.
    package static func settings(database: String = "") throws -> DatabaseSettings {
        guard let path = getenv("ASSAY_TEST_SOCKET").map({ String(cString: $0) }), !path.isEmpty else {
            throw DatabaseError.unavailable("ASSAY_TEST_SOCKET is unset: run the tests through bin/test")
        }
        return DatabaseSettings(socketPath: path, user: "root", database: database)
    }
}
