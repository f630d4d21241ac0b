import CCurl
import Synchronization

/// Ends an exchange from another thread; once thrown it stays thrown, for later exchanges too.
package final class AbortSwitch: Sendable {
    private struct State {
        var isThrown = false
        // The transfer that waits now, as an address: `curl_multi_wakeup` is the one call libcurl allows across threads.
        var waiting: UInt?
    }

    private let state = Mutex(State())

    package init() {}

    package var isThrown: Bool { state.withLock { $0.isThrown } }

    /// Makes the running exchange fail with `aborted` at once. Any thread.
    package func abort() {
        state.withLock { state in
            state.isThrown = true
            if let address = state.waiting, let multi = OpaquePointer(bitPattern: address) {
                curl_multi_wakeup(UnsafeMutableRawPointer(multi))
            }
        }
    }

    func attach(_ multi: UnsafeMutableRawPointer) {
        state.withLock { $0.waiting = UInt(bitPattern: multi) }
    }

    func detach() {
        state.withLock { $0.waiting = nil }
    }
}
