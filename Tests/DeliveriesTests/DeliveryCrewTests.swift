import Daemon
@testable import Deliveries
import Domain
import Doubles
import MariaDB
import Support
import Synchronization
import Testing

@Suite struct DeliveryCrewTests {
    /// Runs passes on a thread of its own until it is told to stop, as the loop does.
    private final class Passes: Sendable {
        private final class Order: Sendable { let isOver = Mutex(false) }

        private let order = Order()
        private let thread: WorkerThread
        private let crew: DeliveryCrew

        init(_ crew: DeliveryCrew) {
            self.crew = crew
            thread = WorkerThread("passes") { [order] in
                while !order.isOver.withLock({ $0 }) { _ = try? crew.runOnce { _ in } }
            }
        }

        func stop() {
            order.isOver.withLock { $0 = true }
            thread.join()
            crew.drain()
        }
    }

    @Test func `a receiver that hangs does not delay those of another project`() throws {
        let fixture = try DeliveriesFixture()
        let silent = try HTTPServerDouble(script: [.silence])
        let quick = try HTTPServerDouble(script: [.reply(204)])
        // Twenty receivers of Alice, all at a host that never answers, are due before Bob's.
        for _ in 0..<20 { try fixture.add(5, to: silent.url, for: fixture.alice) }
        let target = try fixture.add(10, to: quick.url, for: fixture.bob)
        let passes = Passes(fixture.crew())
        #expect(quick.waitForRequests(10, timeoutMs: 4_000))
        // Not one of Alice's has been answered meanwhile.
        #expect(silent.requests.count <= 4)
        silent.stop()
        passes.stop()
        #expect(try fixture.states(of: target) == [String](repeating: "delivered", count: 10))
    }

    @Test func `a host is called by so many at once, for all projects together`() throws {
        let fixture = try DeliveriesFixture()
        let gate = Gate()
        let busy = try HTTPServerDouble { _ in
            gate.pass()
            return .reply(204)
        }
        let other = try HTTPServerDouble(script: [.reply(204)])
        var limits = DeliveryLimits()
        (limits.perHost, limits.perProject) = (2, 16)
        for project in [fixture.alice, fixture.bob] { try fixture.add(6, to: busy.url, for: project) }
        try fixture.add(6, to: other.url, for: fixture.bob)
        let passes = Passes(fixture.crew(limits: limits))
        #expect(busy.waitForRequests(2))
        #expect(other.waitForRequests(6))
        #expect(busy.requests.count == 2)
        gate.open()
        #expect(busy.waitForRequests(12))
        passes.stop()
        #expect(gate.most <= 2)
    }

    @Test func `what is under way is waited for`() throws {
        let fixture = try DeliveriesFixture()
        let gate = Gate()
        let server = try HTTPServerDouble { _ in
            gate.pass()
            return .reply(204)
        }
        let target = try fixture.add(1, to: server.url, for: fixture.alice)
        let crew = fixture.crew()
        #expect(try crew.runOnce { _ in })
        #expect(server.waitForRequests(1))
        #expect(try fixture.states(of: target) == ["sending"])
        gate.open()
        crew.drain()
        #expect(try fixture.states(of: target) == ["delivered"])
        #expect(try !crew.runOnce { _ in })
    }
}

/// Holds up callers until it is opened, and counts how many were inside at once.
private final class Gate: Sendable {
    private let state = Mutex((isOpen: false, inside: 0, most: 0))
    private let bell = Doubles.Bell()

    var most: Int { state.withLock { $0.most } }

    func pass() {
        state.withLock { state in
            state.inside += 1
            state.most = max(state.most, state.inside)
        }
        _ = bell.wait { state.withLock { $0.isOpen } }
        state.withLock { $0.inside -= 1 }
    }

    func open() {
        state.withLock { $0.isOpen = true }
        bell.ring()
    }
}
