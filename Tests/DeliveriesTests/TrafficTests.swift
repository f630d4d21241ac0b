import Domain
import Testing

@testable import Deliveries

@Suite struct TrafficTests {
    private let alice: ID<Project> = ID(at: Timestamp(milliseconds: 1))
    private let bob: ID<Project> = ID(at: Timestamp(milliseconds: 2))

    private func limits() -> DeliveryLimits {
        var limits = DeliveryLimits()
        (limits.perHost, limits.perProject, limits.breakerFailures) = (2, 3, 2)
        (limits.pauseMs, limits.longestPauseMs, limits.holdMs) = (100, 350, 50)
        return limits
    }

    @Test func `a host takes so many at once, whoever they are for`() {
        var traffic = Traffic(limits())
        traffic.begin(host: "a", project: alice)
        #expect(traffic.room(host: "a", project: bob, atMs: 0) == 1)
        traffic.begin(host: "a", project: bob)
        #expect(traffic.room(host: "a", project: bob, atMs: 0) == 0)
        #expect(traffic.room(host: "b", project: bob, atMs: 0) == 2)
        traffic.end(host: "a", project: alice, isUnreachable: false, atMs: 0)
        #expect(traffic.room(host: "a", project: bob, atMs: 0) == 1)
    }

    @Test func `a project has so many under way, wherever they go`() {
        var traffic = Traffic(limits())
        for host in ["a", "b", "c"] { traffic.begin(host: host, project: alice) }
        #expect(traffic.room(host: "d", project: alice, atMs: 0) == 0)
        #expect(traffic.room(host: "d", project: bob, atMs: 0) == 2)
    }

    @Test func `a host that does not answer is left alone, longer and longer, and probed by one`() {
        var traffic = Traffic(limits())
        func fail(atMs now: Int64) {
            traffic.begin(host: "a", project: alice)
            traffic.end(host: "a", project: alice, isUnreachable: true, atMs: now)
        }
        fail(atMs: 0)
        #expect(traffic.room(host: "a", project: alice, atMs: 0) == 2)
        var now: Int64 = 0
        for pause in [100, 200, 350, 350] as [Int64] {
            fail(atMs: now)
            #expect(traffic.room(host: "a", project: bob, atMs: now + pause - 1) == 0)
            #expect(traffic.room(host: "a", project: bob, atMs: now + pause) == 1)
            #expect(traffic.room(host: "b", project: bob, atMs: now) == 2)
            now += pause
        }
        traffic.begin(host: "a", project: alice)
        #expect(traffic.room(host: "a", project: bob, atMs: now) == 0)
        traffic.end(host: "a", project: alice, isUnreachable: false, atMs: now)
        #expect(traffic.room(host: "a", project: bob, atMs: now) == 2)
    }

    @Test func `a target that cannot be read is left for a while`() {
        var traffic = Traffic(limits())
        let target = alice.uuid
        #expect(!traffic.isHeld(target, atMs: 0))
        traffic.hold(target, atMs: 10)
        #expect(traffic.isHeld(target, atMs: 59) && !traffic.isHeld(target, atMs: 60))
    }
}
