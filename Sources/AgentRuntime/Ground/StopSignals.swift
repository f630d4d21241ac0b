package import Glibc

/// Calls `body` with 1, 2, 3 … at each of `signals`, on a thread of its own; they must be blocked in every thread.
package func onStopSignals(_ signals: sigset_t, _ body: @escaping @Sendable (Int) -> Void) {
    _ = try? WorkerThread("assay-signals") {
        var signals = signals
        var count = 0
        while true {
            var number: Int32 = 0
            guard sigwait(&signals, &number) == 0 else { return }
            count += 1
            body(count)
        }
    }
}
