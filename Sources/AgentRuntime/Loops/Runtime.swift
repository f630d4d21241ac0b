import Daemon
import Domain
import Synchronization
import Wire

/// What the loops of one agent share.
final class Runtime: Sendable {
    let configuration: AgentConfiguration
    let address: ServerAddress
    let clock: AgentClock
    let log: Log
    let session: SessionKeeper
    let attempts = AttemptBoard()
    let offers = OfferBoard()
    let accepts = PostLoop<Offer, Assignment>(limit: 64)
    let reports = PostLoop<OutgoingReport, ReportsResponse.Answer>(limit: 32)
    /// Up: all loops end.
    let stop = Latch()
    private let reason = Mutex<AgentStop>(.drained)

    init(_ configuration: AgentConfiguration, credential: String) {
        self.configuration = configuration
        address = ServerAddress(url: configuration.url, credential: credential, caFile: configuration.caFile)
        clock = configuration.clock
        log = configuration.log
        session = SessionKeeper(clock: configuration.clock)
    }

    var stopReason: AgentStop { reason.withLock { $0 } }

    /// The server does not know this agent any more: whatever runs is stopped at once.
    func revoke() {
        reason.withLock { $0 = .revoked }
        log.error("agent.revoked", ["url": .text(configuration.url)])
        halt()
    }

    /// Kills what runs and ends all loops.
    func halt() {
        offers.close()
        stop.raise()
        accepts.close()
        reports.close()
        attempts.dropAll()
        session.beatBell.ring()
    }

    /// Sleeps `milliseconds` or until the agent stops; false when it stops.
    func pause(_ milliseconds: Int64) -> Bool {
        pollOne(stop.descriptor, timeoutMs: milliseconds)
        return !stop.isUp
    }

    /// `base` doubled `failures` times, at most `cap`, and of that a random half to whole.
    func backOff(_ base: Int64, _ failures: Int, cap: Int64) -> Int64 {
        let full = min(cap, base << Int64(min(failures, 16)))
        return Int64.random(in: full / 2...full)
    }
}

/// Why an agent ended.
package enum AgentStop: Equatable, Sendable {
    case drained
    case killed
    /// The credential is not accepted any more.
    case revoked
}
