import Glibc
package import MariaDB

/// Where the test server is.
package enum TestServer {
    /// Settings of the server at `ASSAY_TEST_SOCKET`, user root.
    package static func settings(database: String = "") throws -> DatabaseSettings {
        guard let path = getenv("ASSAY_TEST_SOCKET").map({ String(cString: $0) }), !path.isEmpty else {
            throw DatabaseError.unavailable("ASSAY_TEST_SOCKET is unset: run the tests through bin/test")
        }
        return DatabaseSettings(socketPath: path, user: "root", database: database)
    }

    /// A name for a database of this process.
    static func newName() -> String {
        "assay_test_\(getpid())_" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
    }

    /// Drops the databases of test processes that were killed before they could do it.
    static func dropLeftovers() throws {
        let server = try Connection(settings())
        for name in try server.executeRaw("SHOW DATABASES LIKE 'assay\\_test\\_%'").compactMap({ $0.first ?? nil }) {
            let parts = name.split(separator: "_")
            guard parts.count > 2, let process = pid_t(parts[2]), process != getpid() else { continue }
            if kill(process, 0) != 0 { try server.dropDatabase(name) }
        }
    }
}
