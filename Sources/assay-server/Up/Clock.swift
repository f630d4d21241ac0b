import Glibc

/// Milliseconds of the monotonic clock: for waiting, never for dates.
func monotonicMs() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
}

/// Waits at most `milliseconds` for one of `signals` (blocked before) and returns it, nil when none came.
func nextSignal(of signals: [Int32], within milliseconds: Int64) -> Int32? {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    var patience = timespec(tv_sec: Int(milliseconds / 1000), tv_nsec: Int(milliseconds % 1000) * 1_000_000)
    let signal = sigtimedwait(&set, nil, &patience)
    return signal > 0 ? signal : nil
}

/// Keeps `signals` for `nextSignal`; call before any thread exists.
func block(_ signals: [Int32]) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, nil)
}

/// Keeps what `up` itself inherited or opened from its children; each gets exactly what its plan names.
func closeOnExec() {
    for file in Int32(3)..<1024 { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
}
