import MariaDB
import Support
import Synchronization
import Testing

@Suite struct PoolTests {
    private let settings: DatabaseSettings
    private let database: TestDatabase

    init() throws {
        database = try TestDatabase.empty()
        settings = database.settings
    }

    private func serverID(_ pool: Pool) throws -> Int { try pool.read { $0.serverID } }

    @Test func `a connection is used again`() throws {
        let pool = Pool(settings, size: 4)
        #expect(try serverID(pool) == serverID(pool))
        #expect(pool.statistics.open == 1)
        #expect(pool.statistics.leased == 0)
    }

    @Test func `a killed connection is replaced unnoticed`() throws {
        let pool = Pool(settings, size: 1)
        let first = try serverID(pool)
        try database.kill(first)
        #expect(try serverID(pool) != first)
        #expect(try pool.transaction { try $0.first("SELECT 1 AS v")?.int("v") } == 1)
    }

    @Test func `a connection that breaks in use is not kept`() throws {
        let pool = Pool(settings, size: 1)
        #expect(throws: DatabaseError.connectionLost) {
            try pool.read { connection in
                try database.kill(connection.serverID)
                do { try connection.executeRaw("SELECT 1") } catch {}
                _ = try connection.query("SELECT 1")
            }
        }
        #expect(pool.statistics.open == 0)
        #expect(try pool.read { try $0.first("SELECT 1 AS v")?.int("v") } == 1)
    }

    @Test func `an open transaction does not wait in the pool`() throws {
        let pool = Pool(settings, size: 1)
        try pool.read { connection in
            try connection.execute("CREATE TABLE t (n INT)")
            try connection.executeRaw("BEGIN")
            try connection.execute("INSERT INTO t (n) VALUES (1)")
        }
        #expect(try pool.read { try $0.query("SELECT n FROM t") }.isEmpty)
    }

    @Test func `nobody waits for ever`() throws {
        let pool = Pool(settings, size: 1, leaseTimeoutMs: 10)
        let inner = try pool.read { _ in Result { try pool.read { _ in } } }
        #expect(throws: DatabaseError.unavailable("no free connection within 10 ms")) { try inner.get() }
        #expect(pool.statistics.waitMs >= 10)
        try pool.read { _ in }
    }

    @Test func `who waits gets the connection that comes back`() throws {
        let pool = Pool(settings, size: 1, leaseTimeoutMs: 10_000)
        let isTaken = Moment()
        let ids = Mutex<[Int]>([])
        try race(
            {
                try pool.read { connection in
                    isTaken.announce()
                    while pool.statistics.waiting == 0 {}
                    ids.withLock { $0.append(connection.serverID) }
                }
            },
            {
                isTaken.wait()
                try pool.read { connection in ids.withLock { $0.append(connection.serverID) } }
            })
        #expect(ids.withLock { $0.count } == 2)
        #expect(ids.withLock { Set($0).count } == 1)
    }

    @Test func `a closed pool refuses`() throws {
        let pool = Pool(settings, size: 1)
        try pool.read { _ in pool.close() }
        #expect(throws: DatabaseError.unavailable("the pool is closed")) { try pool.read { _ in } }
        #expect(pool.statistics.open == 0)
    }

    @Test func `a server that is away gives the lease back`() throws {
        let pool = Pool(DatabaseSettings(socketPath: "/nonexistent/sock"), size: 1, leaseTimeoutMs: 10)
        for _ in 0..<3 {
            #expect(throws: DatabaseError.self) { try pool.read { _ in } }
        }
        #expect(pool.statistics.leased == 0)
    }
}
