import Domain
@testable import Executions
import MariaDB
import Testing

@Suite struct HealthTests {
    @Test func `nobody leads at first, then the lease holds, then it is overdue`() throws {
        let bench = try Bench()
        let health = ReadHealth(pool: bench.pool)
        #expect(try health.read() == ReadHealth.Health(leaseOverdueMs: nil, feedLagMs: 0))
        try bench.settle()
        #expect(try health.read() == ReadHealth.Health(leaseOverdueMs: 0, feedLagMs: 0))
        try bench.execute(
            "UPDATE leaderships SET lease_until = UTC_TIMESTAMP(3) - INTERVAL 5 SECOND WHERE name = 'engine'")
        #expect(try (health.read().leaseOverdueMs ?? 0) >= 5000)
    }

    @Test func `an event that is not in the feed yet has an age`() throws {
        let bench = try Bench()
        let id = try bench.start(try bench.makeCase("hello"))
        try bench.execute("UPDATE events SET at = UTC_TIMESTAMP(3) - INTERVAL 7 SECOND WHERE stream_id = \(id)")
        let health = ReadHealth(pool: bench.pool)
        #expect(try health.read().feedLagMs >= 7000)
        try bench.settle()
        #expect(try health.read().feedLagMs == 0)
    }
}
