import Glibc
import MariaDB
import Testing

/// The same check over the database of a running stack at rest: `make chaos` names its socket after every round.
@Suite struct LiveHistoryTests {
    /// `ASSAY_HISTORY_SOCKET`; empty in other runs, which then check a suite of their own.
    static let socket = getenv("ASSAY_HISTORY_SOCKET").map { String(cString: $0) } ?? ""

    @Test(arguments: [socket])
    func `a stack at rest has a history that holds`(socket: String) throws {
        let bench = socket.isEmpty ? try Bench() : nil
        if let bench {
            _ = try bench.startSuite([try bench.makeCase("one"), try bench.makeCase("two")], parallel: 1)
            try bench.runAll(try bench.agent())
        }
        let live = Pool(DatabaseSettings(socketPath: socket, user: "root", database: "assay"), size: 1)
        defer { live.close() }
        let check = HistoryCheck(pool: bench?.pool ?? live)
        let broken = try check.everything()
        #expect(broken == [])
        #expect(try !check.endings().isEmpty, "nothing has run here")
    }
}
