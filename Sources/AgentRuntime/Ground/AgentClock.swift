import Daemon
package import Domain

/// The two clocks of an agent: the wall for what people read, the monotonic one for every duration and deadline.
package struct AgentClock: Sendable {
    package var now: @Sendable () -> Timestamp
    /// Milliseconds from an arbitrary start; never jumps.
    package var monotonicMs: @Sendable () -> Int64

    package init(now: @escaping @Sendable () -> Timestamp, monotonicMs: @escaping @Sendable () -> Int64) {
        self.now = now
        self.monotonicMs = monotonicMs
    }

    /// The clocks of this machine.
    package static let system = AgentClock(
        now: { Timestamp(milliseconds: SystemClock.nowMs()) }, monotonicMs: { SystemClock.monotonicMs() })
}
