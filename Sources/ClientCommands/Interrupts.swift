import Synchronization
import Transfer

/// A person's Ctrl-C: ends the stream that is being read, so that the command can decide.
final class Interrupts: Sendable {
    private struct State {
        var isRaised = false
        var stream: AbortSwitch?
    }

    private let state = Mutex(State())

    /// Any thread.
    func raise() {
        let stream = state.withLock { state in
            state.isRaised = true
            return state.stream
        }
        stream?.abort()
    }

    /// True once for each time it was raised.
    func take() -> Bool {
        state.withLock { state in
            defer { state.isRaised = false }
            return state.isRaised
        }
    }

    /// For the next stream; thrown already when nobody has taken the last interrupt.
    func stream() -> AbortSwitch {
        let stream = AbortSwitch()
        let isRaised = state.withLock { state in
            state.stream = stream
            return state.isRaised
        }
        if isRaised { stream.abort() }
        return stream
    }
}
