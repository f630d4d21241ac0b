import Domain
import Synchronization
import Wire

/// The attempts this agent holds, for the loops that send orders to them.
final class AttemptBoard: Sendable {
    private let attempts = Mutex<[Holding: AttemptControl]>([:])

    func add(_ control: AttemptControl) { attempts.withLock { $0[control.holding] = control } }

    func remove(_ control: AttemptControl) { attempts.withLock { _ = $0.removeValue(forKey: control.holding) } }

    /// Whether someone works on the attempt whose files have this name.
    func holds(_ name: String) -> Bool { attempts.withLock { $0.keys.contains { $0.fileName == name } } }

    var inventory: [Holding] {
        attempts.withLock { $0.values.filter { !$0.drop.isUp }.map(\.holding) }.sorted { $0.execution < $1.execution }
    }

    func cancel(_ holding: Holding, atMs now: Int64) { attempts.withLock { $0[holding] }?.orderCancel(atMs: now) }

    func drop(_ holding: Holding) { attempts.withLock { $0[holding] }?.orderDrop() }

    func dropAll() { attempts.withLock { Array($0.values) }.forEach { $0.orderDrop() } }
}

/// Offers that wait for a free slot; each is taken once.
final class OfferBoard: Sendable {
    /// An offer is valid 3 s on the server.
    static let validMs: Int64 = 3_000
    private static let remembered = 1_024

    private struct State {
        var waiting: [(offer: Offer, atMs: Int64)] = []
        // Repeated on every reconnect: an offer is known by execution and fence.
        var known: [Holding] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let bell = Bell()

    func add(_ offer: Offer, atMs now: Int64) {
        let holding = Holding(execution: offer.execution, fence: offer.fence)
        let isNew = state.withLock { state in
            guard !state.isClosed, !state.known.contains(holding) else { return false }
            state.known.append(holding)
            if state.known.count > Self.remembered { state.known.removeFirst() }
            state.waiting.append((offer, now))
            return true
        }
        if isNew { bell.ring() }
    }

    /// Makes a repeated offer count again.
    func forget(_ offer: Offer) {
        let holding = Holding(execution: offer.execution, fence: offer.fence)
        state.withLock { $0.known.removeAll { $0 == holding } }
    }

    /// The next offer that is still valid; nil once the board is closed.
    func take(clock: AgentClock) -> Offer? {
        while true {
            _ = bell.take(timeoutMs: 60_000)
            let now = clock.monotonicMs()
            let (offer, isClosed): (Offer?, Bool) = state.withLock { state in
                state.waiting.removeAll { now - $0.atMs > Self.validMs }
                let first = state.isClosed || state.waiting.isEmpty ? nil : state.waiting.removeFirst().offer
                return (first, state.isClosed)
            }
            if isClosed {
                bell.ring()
                return nil
            }
            if let offer { return offer }
        }
    }

    func close() {
        state.withLock { $0.isClosed = true }
        bell.ring()
    }
}
