import Glibc

/// The two clocks of the machine. Only programs read them; features are given the time.
package enum SystemClock {
    /// Milliseconds since 1970 in UTC. May jump; use it for stamps only.
    package static func nowMs() -> Int64 { read(CLOCK_REALTIME) }

    /// Milliseconds on a clock that never jumps; use it for durations and time-outs.
    package static func monotonicMs() -> Int64 { read(CLOCK_MONOTONIC) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var now = timespec()
        clock_gettime(clock, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
