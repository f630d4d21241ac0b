import Domain
import MariaDB
import Support
import Synchronization
import Testing

@Suite struct TransactionTests {
    private let database: TestDatabase
    private var pool: Pool { database.pool }

    init() throws {
        database = try TestDatabase.empty()
        let connection = try database.connection()
        try connection.execute("CREATE TABLE accounts (id INT PRIMARY KEY, balance INT NOT NULL)")
        try connection.execute("INSERT INTO accounts (id, balance) VALUES (1, 100), (2, 100)")
    }

    private func balances() throws -> [Int] {
        try pool.read { try $0.query("SELECT balance FROM accounts ORDER BY id").map { try $0.int("balance") } }
    }

    private struct Refusal: Error {}

    @Test func `a body that returns is committed, one that throws is not`() throws {
        let log = Mutex<[String]>([])
        let result = try pool.transaction { tx in
            try tx.execute("UPDATE accounts SET balance = 1 WHERE id = 1")
            tx.afterCommit { log.withLock { $0.append("committed") } }
            return 7
        }
        #expect(result == 7)
        #expect(throws: Refusal.self) {
            try pool.transaction { tx in
                try tx.execute("UPDATE accounts SET balance = 2 WHERE id = 1")
                tx.afterCommit { log.withLock { $0.append("never") } }
                throw Refusal()
            }
        }
        #expect(try balances() == [1, 100])
        #expect(log.withLock { $0 } == ["committed"])
    }

    @Test func `what follows a commit may use the pool again`() throws {
        let single = Pool(database.settings, size: 1, leaseTimeoutMs: 1000)
        let seen = Mutex(0)
        try single.transaction { tx in
            try tx.execute("UPDATE accounts SET balance = 5 WHERE id = 1")
            tx.afterCommit {
                let balance = try? single.read {
                    try $0.first("SELECT balance FROM accounts WHERE id = 1")?.int("balance")
                }
                seen.withLock { $0 = balance ?? -1 }
            }
        }
        #expect(seen.withLock { $0 } == 5)
    }

    @Test func `a caught duplicate leaves the transaction usable`() throws {
        try pool.transaction { tx in
            #expect(throws: DatabaseError.duplicate(key: "PRIMARY")) {
                try tx.execute("INSERT INTO accounts (id, balance) VALUES (1, 0)")
            }
            try tx.execute("INSERT INTO accounts (id, balance) VALUES (3, 0)")
        }
        #expect(try balances() == [100, 100, 0])
    }

    @Test func `its time is the database's and can be fixed`() throws {
        let fixed = Timestamp(milliseconds: 1_800_000_000_042)
        let pool = database.pool(at: fixed)
        #expect(try pool.transaction { $0.now } == fixed)
        let server = try self.pool.read { try $0.first("SELECT UTC_TIMESTAMP(3) AS now")?.time("now") }
        let now = try self.pool.transaction { $0.now }
        #expect(abs(now.milliseconds(since: try #require(server))) < 10_000)
    }

    @Test func `two threads in a real deadlock both succeed`() throws {
        let pool = self.pool
        let attempts = Mutex(0)
        let firstHolds = Moment()
        let secondHolds = Moment()
        @Sendable func transfer(_ from: Int, _ to: Int, holds: Moment, other: Moment) throws {
            let isFirstTry = Mutex(true)
            try pool.transaction { tx in
                attempts.withLock { $0 += 1 }
                try tx.execute("UPDATE accounts SET balance = balance - 10 WHERE id = \(from)")
                if isFirstTry.withLock({ first in
                    defer { first = false }; return first
                }) {
                    holds.announce()
                    other.wait()
                }
                try tx.execute("UPDATE accounts SET balance = balance + 10 WHERE id = \(to)")
            }
        }
        try race(
            { try transfer(1, 2, holds: firstHolds, other: secondHolds) },
            { try transfer(2, 1, holds: secondHolds, other: firstHolds) })
        #expect(try balances() == [100, 100])
        #expect(attempts.withLock { $0 } >= 3)
    }

    @Test func `a lock time-out undoes everything, even when the body hides it`() throws {
        var impatient = database.settings
        impatient.lockWaitSeconds = 0
        let other = Pool(impatient, size: 1)
        var attempts = 0
        var afterwards: DatabaseError?
        #expect(throws: DatabaseError.lockTimeout) {
            try pool.transaction { holder in
                try holder.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
                try other.transaction { tx in
                    attempts += 1
                    try tx.execute("UPDATE accounts SET balance = 0 WHERE id = 2")
                    _ = try? tx.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
                    do { _ = try tx.query("SELECT 1") } catch { afterwards = error as? DatabaseError }
                }
            }
        }
        #expect(attempts >= 5)
        #expect(afterwards == .lockTimeout)
        #expect(try balances() == [100, 100])
    }

    @Test func `a connection lost before commit leaves nothing and is not retried`() throws {
        var attempts = 0
        #expect(throws: DatabaseError.connectionLost) {
            try pool.transaction { tx in
                attempts += 1
                try tx.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
                try database.kill(try #require(try tx.first("SELECT CONNECTION_ID() AS id")?.int("id")))
                _ = try? tx.execute("UPDATE accounts SET balance = 0 WHERE id = 2")
            }
        }
        #expect(attempts == 1)
        #expect(try balances() == [100, 100])
    }

    @Test func `a connection lost during commit is an unknown outcome`() throws {
        let log = Mutex<[String]>([])
        #expect(throws: DatabaseError.commitUnknown) {
            try pool.transaction { tx in
                try tx.execute("UPDATE accounts SET balance = 0 WHERE id = 1")
                tx.afterCommit { log.withLock { $0.append("never") } }
                try database.kill(try #require(try tx.first("SELECT CONNECTION_ID() AS id")?.int("id")))
            }
        }
        #expect(log.withLock { $0 }.isEmpty)
        #expect(try balances() == [100, 100])
    }

    @Test func `generated ids and first rows are at hand`() throws {
        try pool.transaction { tx in
            try tx.execute("CREATE TEMPORARY TABLE numbered (id INT AUTO_INCREMENT PRIMARY KEY, n INT)")
            try tx.execute("INSERT INTO numbered (n) VALUES (5)")
            #expect(tx.lastInsertID == 1)
            #expect(try tx.first("SELECT n FROM numbered")?.int("n") == 5)
            #expect(try tx.first("SELECT n FROM numbered WHERE n = 6") == nil)
        }
    }
}

extension TestDatabase {
    /// Ends a session of the server and waits until it is gone.
    func kill(_ serverID: Int) throws {
        let executioner = try connection()
        try executioner.executeRaw("KILL \(serverID)")
        while try executioner.first("SELECT 1 FROM information_schema.processlist WHERE id = \(serverID)") != nil {}
    }
}
