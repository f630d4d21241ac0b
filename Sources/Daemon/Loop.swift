import Synchronization

/// Whether a pass of a loop left work that it knows of.
package enum WorkDone: Sendable, Equatable {
    /// Nothing is left: sleep until the interval ends or the doorbell rings; longer each time nothing happens.
    case idle
    /// Nothing now, but time alone will bring work: sleep for one interval at most.
    case soon
    /// There may be more: run again at once.
    case more
    /// Somebody else leads: nothing was tried, so that an outage is not over by it. Sleeps like `soon`.
    case standby
}

/// A thread of life: runs one pass after another until it is stopped, and outlives every error.
package final class Loop: Sendable {
    package let name: String
    private let intervalMs: Int
    private let idleMs: Int
    private let gapMs: Int
    private let backOff: BackOff
    private let bell: DoorbellReceiver?
    private let log: Log
    private let figures: Figures?
    private let runOnce: @Sendable () throws -> WorkDone
    private let pipe = WakePipe()
    private let state = Mutex(State())

    private struct State {
        var isStopping = false
        var thread: WorkerThread?
    }

    /// - Parameters:
    ///   - intervalMs: the sleep after a pass that found nothing, with 10 % jitter.
    ///   - idleMs: the sleep doubles up to this while pass after pass finds nothing and no bell rings.
    ///   - gapMs: the least pause after every pass, so that a busy time is done in batches; the bell does not end it.
    ///   - bell: ends that sleep when it rings.
    ///   - backOff: the sleep after a failed pass; the bell does not end it.
    ///   - runOnce: one pass; called on the loop's thread only.
    package init(
        _ name: String, intervalMs: Int = 250, idleMs: Int? = nil, gapMs: Int = 0, bell: DoorbellReceiver? = nil,
        backOff: BackOff = BackOff(), log: Log, metrics: Metrics? = nil,
        runOnce: @escaping @Sendable () throws -> WorkDone
    ) {
        self.name = name
        self.intervalMs = intervalMs
        self.idleMs = max(intervalMs, idleMs ?? intervalMs)
        self.gapMs = gapMs
        self.bell = bell
        self.backOff = backOff
        self.log = log.with(["loop": .text(name)])
        figures = metrics.map { Figures($0) }
        self.runOnce = runOnce
    }

    /// Runs on a thread of its own; a second call does nothing.
    package func start() {
        state.withLock { state in
            guard state.thread == nil else { return }
            state.thread = WorkerThread(name) { self.run() }
        }
    }

    /// Runs on this thread until `stop`.
    package func run() {
        var failures = 0
        var restMs = intervalMs
        while !isStopping {
            do {
                let done = try pass()
                if failures > 0, done != .standby {
                    log.info("loop.recovered", ["failures": .count(failures)])
                    failures = 0
                }
                if gapMs > 0 { pipe.sleep(gapMs) }
                if done == .more { restMs = intervalMs } else { restMs = rest(done == .idle ? restMs : intervalMs) }
            } catch {
                failures += 1
                restMs = intervalMs
                failed(error, failures)
            }
        }
    }

    /// Says so at the first failure and at each doubling of their number: an outage must not fill the log.
    private func failed(_ error: any Error, _ failures: Int) {
        let pauseMs = backOff.pauseMs(afterFailures: failures)
        figures?.failures.increment(name)
        if failures & (failures - 1) == 0 {
            log.error(
                "loop.failed", ["error": .fault(error), "failures": .count(failures), "retryMs": .count(pauseMs)])
        }
        pipe.sleep(pauseMs)
    }

    private func pass() throws -> WorkDone {
        let start = SystemClock.monotonicMs()
        defer { figures?.seconds.observe(Double(SystemClock.monotonicMs() - start) / 1000, name) }
        return try runOnce()
    }

    /// Sleeps for `restMs` or until the bell; answers how long to rest the next time.
    private func rest(_ restMs: Int) -> Int {
        let jitter = restMs / 10
        pipe.sleep(restMs + (jitter > 0 ? Int.random(in: -jitter...jitter) : 0), or: bell?.descriptor)
        return bell?.drain() == true ? intervalMs : min(restMs * 2, idleMs)
    }

    private var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Ends the loop after the pass of now; does not wait. Any thread.
    package func stop() {
        state.withLock { $0.isStopping = true }
        pipe.wake()
    }

    /// Waits until the thread of `start` has ended; call once, after `stop`.
    package func join() {
        let thread = state.withLock { state in
            defer { state.thread = nil }
            return state.thread
        }
        thread?.join()
    }
}

/// How long to wait after failures: doubling from `firstMs` to `longestMs`, between half and all of it at random.
package struct BackOff: Sendable {
    package let firstMs: Int
    package let longestMs: Int

    package init(firstMs: Int = 250, longestMs: Int = 1_000) {
        self.firstMs = firstMs
        self.longestMs = longestMs
    }

    /// The pause after so many failures in a row (1 is the first).
    package func pauseMs(afterFailures count: Int) -> Int {
        let (doubled, overflow) = max(firstMs, 1).multipliedReportingOverflow(by: 1 << min(max(count - 1, 0), 20))
        let ceiling = overflow ? longestMs : min(doubled, longestMs)
        return Int.random(in: ceiling / 2...max(ceiling, ceiling / 2))
    }
}

private struct Figures {
    let failures: Counter
    let seconds: Histogram

    init(_ metrics: Metrics) {
        failures = metrics.counter("assay_loop_failures_total", help: "Failed passes.", labels: ["loop"])
        seconds = metrics.histogram("assay_loop_pass_seconds", help: "Duration of a pass.", labels: ["loop"])
    }
}
