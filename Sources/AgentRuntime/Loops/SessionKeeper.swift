import Domain
import Synchronization
import Transfer
import Wire

/// The session with the server as all loops see it, and whether it can be trusted right now.
final class SessionKeeper: Sendable {
    /// Taken off the lease: what is sent must still arrive inside it.
    static let trustMarginMs: Int64 = 500

    private struct State {
        var id: String?
        var beatMs: Int64 = 1_000
        var leaseMs: Int64 = 4_000
        // Monotonic start of the last call that renewed the lease.
        var renewedAtMs: Int64?
        var isStreamOpen = false
        var isDraining = false
        var streamAbort: AbortSwitch?
    }

    private let state = Mutex(State())
    /// Makes the heartbeat loop act at once.
    let beatBell = Bell()
    private let clock: AgentClock

    init(clock: AgentClock) { self.clock = clock }

    var id: String? { state.withLock { $0.id } }
    var beatMs: Int64 { state.withLock { $0.beatMs } }
    var isStreamOpen: Bool { state.withLock { $0.isStreamOpen } }
    /// The server wants no more work taken.
    var isDraining: Bool { state.withLock { $0.isDraining } }

    /// The session to send results under; nil while the lease may have run out: another agent may hold the work.
    var trustedID: String? {
        let now = clock.monotonicMs()
        return state.withLock { state in
            guard let renewedAt = state.renewedAtMs, now - renewedAt < state.leaseMs - Self.trustMarginMs else {
                return nil
            }
            return state.id
        }
    }

    /// A new session: nothing is trusted before its first beat has confirmed the inventory.
    func opened(_ response: OpenSessionResponse) {
        state.withLock { state in
            state.id = response.session.description
            state.renewedAtMs = nil
            (state.beatMs, state.leaseMs) = (response.beatMs, response.leaseMs)
        }
    }

    /// The server knows this session no more; a newer one is left alone.
    func ended(_ id: String) {
        let abort: AbortSwitch? = state.withLock { state in
            guard state.id == id else { return nil }
            state.id = nil
            state.renewedAtMs = nil
            return state.streamAbort
        }
        abort?.abort()
        beatBell.ring()
    }

    /// A call that began at `startedMs` renewed the lease.
    func renewed(_ id: String, startedMs: Int64, beatMs: Int64, leaseMs: Int64) {
        let isSooner = state.withLock { state in
            guard state.id == id else { return false }
            state.renewedAtMs = max(state.renewedAtMs ?? startedMs, startedMs)
            defer { (state.beatMs, state.leaseMs) = (beatMs, leaseMs) }
            return beatMs < state.beatMs
        }
        if isSooner { beatBell.ring() }
    }

    func configure(beatMs: Int64, leaseMs: Int64) {
        state.withLock { ($0.beatMs, $0.leaseMs) = (beatMs, leaseMs) }
        beatBell.ring()
    }

    func setDraining(_ isDraining: Bool) { state.withLock { $0.isDraining = isDraining } }

    /// Notes the stream that is being opened, so that the end of the session ends it too.
    func streamBegins(_ abort: AbortSwitch) { state.withLock { $0.streamAbort = abort } }

    func setStreamOpen(_ isOpen: Bool) {
        let hasChanged = state.withLock { state in
            defer { state.isStreamOpen = isOpen }
            return state.isStreamOpen != isOpen
        }
        // The server offers in beat replies only while it is told that no stream is open.
        if hasChanged, !isOpen { beatBell.ring() }
    }
}
