package import Domain
import Glibc

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
        now: { Timestamp(milliseconds: read(CLOCK_REALTIME)) }, monotonicMs: { read(CLOCK_MONOTONIC) })

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
