package import MariaDB

/// The use cases that handlers call; built once by the program.
package struct Services: Sendable {
    package let pool: Pool
    /// Of this program, for `system` and OpenAPI.
    package let version: String

    package init(pool: Pool, version: String) {
        self.pool = pool
        self.version = version
    }
}
