@testable import Deliveries
import Domain
import Doubles
import MariaDB
import Support
import Testing

@Suite struct SendAgainTests {
    private let fixture: DeliveriesFixture

    init() throws { fixture = try DeliveriesFixture() }

    private func only(of target: UUIDv7) throws -> UUIDv7 {
        try #require(
            try fixture.pool.read { try $0.first("SELECT id FROM deliveries WHERE target_id = \(target)") }
        ).uuid("id")
    }

    private func again(
        _ id: UUIDv7, kind: String = "address", project: ID<Project>? = nil, target: UUIDv7? = nil
    ) throws -> SendAgain.Outcome {
        try fixture.pool.transaction {
            try SendAgain.run(id, kind: kind, project: project ?? fixture.alice, target: target, in: $0)
        }
    }

    @Test func `what was delivered goes out again under the same id, and the log keeps both`() throws {
        let server = try HTTPServerDouble(script: [.reply(204), .reply(204)])
        let target = try fixture.add(to: server.url, for: fixture.alice)
        let queue = fixture.queue()
        #expect(try queue.runOnce { _ in }.delivered == 1)
        let id = try only(of: target)
        #expect(try again(id, target: target) == .queued)
        #expect(try again(id) == .refused("It is still on its way."))
        #expect(try queue.runOnce { _ in }.delivered == 1)
        #expect(server.requests.count == 2)
        let tries = try fixture.pool.read {
            try $0.query("SELECT try FROM delivery_attempts WHERE delivery_id = \(id) ORDER BY try")
        }
        #expect(try tries.map { try $0.int("try") } == [1, 2])
    }

    @Test func `what was given up, or is old, gets all its tries anew`() throws {
        let server = try HTTPServerDouble(script: [.reply(410), .reply(500), .reply(204)])
        let target = try fixture.add(to: server.url, for: fixture.alice)
        let id = try only(of: target)
        try fixture.pool.transaction {
            try $0.execute(
                """
                UPDATE deliveries SET state = 'gaveUp', tries = 8, reason = 'status', due_at = NULL,
                  finished_at = created_at, created_at = created_at - INTERVAL 10 DAY WHERE id = \(id)
                """)
        }
        #expect(try again(id) == .queued)
        let queue = fixture.queue()
        let first = try queue.runOnce { _ in }
        #expect(first.retried == 1 || first.gaveUp == 1, "it was tried, not refused for its age or its old tries")
        #expect(server.requests.count == 1)
    }

    @Test func `strangers, other kinds and other targets find nothing`() throws {
        let target = try fixture.add(to: "http://127.0.0.1:9/", for: fixture.alice)
        let id = try only(of: target)
        #expect(try again(id, project: fixture.bob) == .unknown)
        #expect(try again(id, kind: "event") == .unknown)
        #expect(try again(id, target: UUIDv7(at: fixture.noon)) == .unknown)
        #expect(try again(UUIDv7(at: fixture.noon)) == .unknown)
        #expect(try fixture.states(of: target) == ["pending"])
    }
}
