import Glibc
import MariaDB
import Testing

/// The same check over the database of a running stack at rest: `make chaos` names its socket after every round.
@Suite struct LiveHistoryTests {
    /// The socket in `ASSAY_HISTORY_SOCKET`; none, and so no case of the test, in other runs.
    static let sockets = getenv("ASSAY_HISTORY_SOCKET").map { [String(cString: $0)] } ?? []

    @Test(arguments: sockets)
    func `the history of a live stack holds`(socket: String) throws {
        let pool = Pool(DatabaseSettings(socketPath: socket, user: "root", database: "assay"), size: 1)
        defer { pool.close() }
        #expect(try HistoryCheck(pool: pool).everything() == [])
    }
}
