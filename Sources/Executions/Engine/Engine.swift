package import Domain
package import MariaDB

/// Sequencer, rescue and dispatcher on one thread: the order of the queue is decided in one place.
package final class Engine {
    /// What one pass did.
    package struct Pass: Sendable {
        package var sequenced = 0
        package var mayBeMore = false
        /// Whether browsers or agents have something new to hear.
        package var isNews: Bool { sequenced > 0 || offered }
        package var offered = false
    }

    private let pool: Pool
    private let owner: UUIDv7
    private var lease: LeaderLease?
    private var sequencer: Sequencer
    private var dispatcher: Dispatcher
    private var rescue: Rescue
    private var leaseSeenMs: Int64 = .min

    package init(pool: Pool, owner: UUIDv7) {
        self.pool = pool
        self.owner = owner
        sequencer = Sequencer(pool: pool)
        dispatcher = Dispatcher(pool: pool)
        rescue = Rescue(pool: pool)
    }

    /// One pass of the engine; does nothing while another scheduler leads.
    package func runOnce(monotonicMs: Int64) throws -> Pass {
        do {
            guard let lease = try lead(monotonicMs) else { return Pass() }
            var pass = Pass()
            let moved = try sequencer.runOnce(lease, monotonicMs: monotonicMs)
            try dispatcher.add(moved.queued)
            try dispatcher.add(try rescue.runOnce(lease, monotonicMs: monotonicMs))
            let mayOfferMore = try dispatcher.runOnce(lease)
            pass.sequenced = moved.count
            pass.mayBeMore = moved.mayBeMore || mayOfferMore
            pass.offered = dispatcher.hasOffered
            return pass
        } catch {
            // What memory holds may be wrong after any failure: start over from the rows.
            lease = nil
            sequencer.reset()
            dispatcher.reset()
            if error is LeadershipLost { return Pass() }
            throw error
        }
    }

    /// The lease, renewed once a second even when nothing happens.
    private func lead(_ monotonicMs: Int64) throws -> LeaderLease? {
        if let lease, monotonicMs < leaseSeenMs &+ 1000, leaseSeenMs != .min { return lease }
        let before = lease
        lease = try LeaderLease.acquire("engine", owner: owner, pool)
        leaseSeenMs = monotonicMs
        if lease?.epoch != before?.epoch || before == nil {
            sequencer.reset()
            dispatcher.reset()
            rescue.reset()
        }
        return lease
    }
}
