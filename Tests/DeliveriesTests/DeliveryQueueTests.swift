@testable import Deliveries
import Domain
import Doubles
import Glibc
import MariaDB
import Support
import Synchronization
import Testing

@Suite struct DeliveryQueueTests {
    @Test func `rows that cannot be read are stepped over and the others go out`() throws {
        let fixture = try DeliveriesFixture()
        let server = try HTTPServerDouble(script: [.reply(204)])
        let strange = try fixture.add(to: server.url, for: fixture.alice, kind: "carrierPigeon")
        let poison = try fixture.add(3, to: "poison", for: fixture.alice)
        let unwritable = try fixture.add(to: "unwritable", for: fixture.alice)
        let good = try fixture.add(2, to: server.url, for: fixture.bob)
        let queue = fixture.queue()
        while try queue.runOnce(touch: { _ in }).mayBeMore {}
        #expect(try fixture.states(of: good) == ["delivered", "delivered"])
        // Left as they are, for a program or a key that can read them.
        #expect(try fixture.states(of: strange) == ["pending"])
        #expect(try fixture.states(of: poison) == ["pending", "pending", "pending"])
        #expect(try fixture.states(of: unwritable) == ["pending"])
        let row = try #require(
            try fixture.pool.read {
                try $0.first("SELECT tries, reason FROM deliveries WHERE target_id = \(unwritable)")
            })
        #expect(try row.int("tries") == 1 && row.text("reason") == "unreadable")
        let notes = fixture.notes.positions.withLock { $0 }
        #expect(notes.filter { $0 == "target \(poison)" }.count == 1)
        #expect(notes.contains("target \(strange)") && notes.contains { $0.hasPrefix("delivery ") })
    }

    @Test func `a target that could not be read is looked at again`() throws {
        let fixture = try DeliveriesFixture()
        let server = try HTTPServerDouble(script: [.reply(204)])
        let now = Mutex<Int64>(0)
        let target = try fixture.add(to: "poison", for: fixture.alice)
        let queue = fixture.queue(clock: { now.withLock { $0 } })
        #expect(try queue.runOnce { _ in } == DeliveryResult())
        fixture.courier.urls.withLock { $0[target] = server.url }
        #expect(try queue.runOnce { _ in } == DeliveryResult())
        now.withLock { $0 = 60_000 }
        #expect(try queue.runOnce { _ in }.delivered == 1)
    }

    @Test func `a host that nobody answers at is left alone and then probed`() throws {
        let fixture = try DeliveriesFixture()
        let server = try HTTPServerDouble(script: [.cut, .cut, .cut, .reply(204)])
        let now = Mutex<Int64>(0)
        var limits = DeliveryLimits()
        limits.breakerFailures = 2
        try fixture.add(9, to: server.url, for: fixture.alice)
        let queue = fixture.queue(limits: limits, clock: { now.withLock { $0 } })
        for _ in 0..<2 { #expect(try queue.runOnce { _ in }.retried == 1) }
        #expect(try queue.runOnce { _ in } == DeliveryResult())
        now.withLock { $0 = 30_000 }
        #expect(try queue.claim(room: 9) { _ in }.taken.count == 1)
        #expect(server.requests.count == 2)
    }

    @Test func `a message that found no way out for three days is given up`() throws {
        let fixture = try DeliveriesFixture()
        let target = try fixture.add(to: "http://127.0.0.1:1", for: fixture.alice)
        try fixture.pool.transaction { tx in
            try tx.execute("UPDATE deliveries SET created_at = \(fixture.noon.adding(ms: -ClaimDue.expiryMs - 1))")
        }
        #expect(try fixture.queue().runOnce { _ in }.gaveUp == 1)
        #expect(try fixture.states(of: target) == ["gaveUp"])
    }

    @Test func `what a receiver refuses for good is given up without a sender`() throws {
        let fixture = try DeliveriesFixture()
        let target = try fixture.add(150, to: "refused", for: fixture.alice)
        let queue = fixture.queue()
        #expect(try queue.claim(room: 1) { _ in }.gaveUp == 100)
        #expect(try queue.claim(room: 1) { _ in }.gaveUp == 50)
        #expect(try Set(fixture.states(of: target)) == ["gaveUp"])
    }

    @Test func `words that do not fit do not make a message go out again`() throws {
        let fixture = try DeliveriesFixture()
        let server = try HTTPServerDouble(script: [.text(503, String(repeating: "🇩🇪", count: 900))])
        let target = try fixture.add(to: server.url + "/long", for: fixture.alice)
        #expect(try fixture.queue().runOnce { _ in }.retried == 1)
        let row = try #require(
            try fixture.pool.read { connection in
                try connection.query(
                    """
                    SELECT d.detail, a.reply FROM deliveries d JOIN delivery_attempts a ON a.delivery_id = d.id \
                    WHERE d.target_id = \(target)
                    """
                ).first
            })
        #expect(try row.text("detail").unicodeScalars.count == 255 && row.text("reply").unicodeScalars.count == 500)
    }

    @Test func `due messages are found by the heads of an index`() throws {
        let fixture = try DeliveriesFixture()
        try fixture.add(500, to: "http://a.example/", for: fixture.alice)
        try fixture.add(500, to: "http://b.example/", for: fixture.alice)
        try fixture.pool.read { _ = try $0.executeRaw("ANALYZE TABLE deliveries") }
        let plan = try fixture.pool.read { connection in
            try connection.executeRaw(
                """
                EXPLAIN SELECT state, target_id, MIN(due_at) AS due FROM deliveries \
                WHERE state IN ('pending', 'sending') GROUP BY state, target_id
                """)
        }
        #expect(plan.contains { $0.contains { $0?.contains("Using index for group-by") == true } }, "\(plan)")
    }

    @Test func `the rows of the older queues move, also when the file runs twice`() throws {
        let fixture = try DeliveriesFixture()
        let path =
            "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/migrations/0011-deliveries.sql"
        let statements = try migrationStatements(path)
        let (alert, event) = (UUIDv7(at: fixture.noon), UUIDv7(at: fixture.noon))
        func run(_ wanted: (String) -> Bool) throws {
            for statement in statements where wanted(statement) {
                try fixture.pool.read { _ = try $0.executeRaw(statement) }
            }
        }
        try run { $0.hasPrefix("CREATE TABLE") }
        try fixture.pool.transaction { tx in
            try tx.execute(
                """
                INSERT INTO notifications VALUES (\(alert), \(fixture.alice), \(alert), NULL, 'test', 'gaveUp', 3, NULL, \
                'http503', 'No.', \(fixture.noon), \(fixture.noon))
                """)
            try tx.execute(
                """
                INSERT INTO subscription_deliveries VALUES (\(event), \(fixture.bob), \(event), \(alert), 4, \
                'execution.finished', '{"a":1}', 'pending', 1, \(fixture.noon), 'timedOut', \(fixture.noon), NULL)
                """)
            try tx.execute(
                "INSERT INTO subscription_attempts VALUES (\(event), 1, \(fixture.noon), 7, NULL, 'timedOut', NULL)")
        }
        for _ in 0..<2 { try run { _ in true } }
        let rows = try fixture.pool.read {
            try $0.query("SELECT kind, target_id, subject_seq, topic, body, state, tries FROM deliveries ORDER BY kind")
        }
        #expect(try rows.map { try $0.text("kind") } == ["event", "notification"])
        #expect(try rows.map { try $0.int("tries") } == [1, 3])
        #expect(try rows.first?.textOrNil("body") == "{\"a\":1}" && rows.first?.int("subject_seq") == 4)
        #expect(try rows.last?.uuid("target_id") == alert)
        let attempts = try fixture.pool.read { try $0.query("SELECT try FROM delivery_attempts") }
        #expect(attempts.count == 1)
    }

    private func migrationStatements(_ path: String) throws -> [String] {
        try fileText(path).split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n")
            .split(separator: ";").map { $0.trimmingPrefix { $0.isWhitespace } }.filter { !$0.isEmpty }.map(String.init)
    }
}

private func fileText(_ path: String) throws -> String {
    guard let file = fopen(path, "r") else { throw AddressCourier.Unreadable() }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
}
