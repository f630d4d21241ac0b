import Domain
package import Feed
package import MariaDB

/// Sequencer, rescue and dispatcher on one thread: the order of the queue is decided in one place.
package final class Engine {
    /// What one pass did.
    package struct Pass: Sendable {
        package var sequenced = 0
        /// What the sequenced rows are about: who must be woken.
        package var topics: FeedTopics = []
        package var offered = false
        package var mayBeMore = false
        /// Whether time alone may bring work soon: something is held, or due within seconds.
        package var isWaiting = false
        /// Whether browsers or agents have something new to hear.
        package var isNews: Bool { sequenced > 0 || offered }
    }

    private var epoch: Int64?
    private var sequencer: Sequencer
    private var dispatcher: Dispatcher
    private var rescue: Rescue
    private var setAside: SetAside

    package init(pool: Pool) {
        sequencer = Sequencer(pool: pool)
        dispatcher = Dispatcher(pool: pool)
        rescue = Rescue(pool: pool)
        setAside = SetAside(loop: "engine", pool: pool)
    }

    /// One pass. A new epoch, like any failure, starts over from the rows: what memory holds may be wrong.
    package func runOnce(_ lease: LeaderLease, monotonicMs: Int64) throws -> Pass {
        if epoch != lease.epoch { reset() }
        epoch = lease.epoch
        do {
            return try pass(lease, monotonicMs)
        } catch {
            reset()
            throw error
        }
    }

    private func pass(_ lease: LeaderLease, _ monotonicMs: Int64) throws -> Pass {
        let moved = try sequencer.runOnce(lease, monotonicMs: monotonicMs)
        dispatcher.release(moved.freed)
        try dispatcher.add(moved.queued)
        let due = try setAside.dueItems(monotonicMs: monotonicMs).map(\.item)
        let stillReady = try dispatcher.add(due.compactMap(Self.execution))
        let rescued = try rescue.runOnce(lease, &setAside, monotonicMs: monotonicMs)
        if !rescued.ready.isEmpty { dispatcher.forgetSessions() }
        try dispatcher.add(rescued.ready)
        let mayOfferMore = try dispatcher.runOnce(lease, &setAside, monotonicMs: monotonicMs)
        if rescued.hasLooked { try forgetSettled(due, stillReady, monotonicMs) }
        return Pass(
            sequenced: moved.count, topics: moved.topics, offered: dispatcher.hasOffered,
            mayBeMore: moved.mayBeMore || mayOfferMore, isWaiting: rescued.isWaiting || dispatcher.holdsWork)
    }

    /// Takes off the list what was due and nobody tried: it has ended or moved on in another way.
    private func forgetSettled(_ due: [String], _ ready: Set<ID<Execution>>, _ monotonicMs: Int64) throws {
        guard !due.isEmpty else { return }
        let untried = Set(try setAside.dueItems(monotonicMs: monotonicMs).map(\.item)).intersection(due)
        for item in untried.sorted() where Self.execution(item).map({ !ready.contains($0) }) ?? true {
            try setAside.forget(item)
        }
    }

    /// How the list of what was set aside names an execution.
    static func item(_ execution: ID<Execution>) -> String { "execution:\(execution)" }

    private static func execution(_ item: String) -> ID<Execution>? {
        item.hasPrefix("execution:") ? ID(String(item.dropFirst("execution:".count))) : nil
    }

    private func reset() {
        epoch = nil
        sequencer.reset()
        dispatcher.reset()
        rescue.reset()
        setAside.reset()
    }
}
