import Glibc
import Synchronization

/// Hands jobs, in their order, to the threads that wait for them.
final class JobQueue<Job: Sendable>: Sendable {
    private struct State {
        var jobs: [Job] = []
        // A pipe is the condition variable: one byte for each job, end of file when stopped.
        var writeEnd: Int32
    }

    private let state: Mutex<State>
    private let readEnd: Int32

    init() {
        var pair: [Int32] = [-1, -1]
        _ = pipe(&pair)
        readEnd = pair[0]
        state = Mutex(State(writeEnd: pair[1]))
    }

    deinit {
        stop()
        close(readEnd)
    }

    var isStopped: Bool { state.withLock { $0.writeEnd < 0 } }

    /// Never blocks: a full pipe holds more wake-ups than there are threads.
    func add(_ job: Job) {
        state.withLock { state in
            guard state.writeEnd >= 0 else { return }
            state.jobs.append(job)
            _ = write(state.writeEnd, "j", 1)
        }
    }

    /// The next job; waits for one. nil when stopped.
    func next() -> Job? {
        while true {
            var byte: UInt8 = 0
            let count = read(readEnd, &byte, 1)
            if count < 0 && errno == EINTR { continue }
            if let job = nextNow() { return job }
            guard count > 0 else { return nil }
        }
    }

    /// The next job if there is one.
    func nextNow() -> Job? { state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() } }

    /// Gives `body` one job after another until `stop`. Blocks.
    func work(_ body: (Job) -> Void) {
        while let job = next() { body(job) }
    }

    /// Gives `body` what waits now; false when there was nothing. For tests without threads.
    func workOnce(_ body: (Job) -> Void) -> Bool {
        var hasWorked = false
        while let job = nextNow() {
            body(job)
            hasWorked = true
        }
        return hasWorked
    }

    /// Drops what waits and refuses further jobs; waiting threads return.
    func stop() {
        state.withLock { state in
            guard state.writeEnd >= 0 else { return }
            close(state.writeEnd)
            state.writeEnd = -1
            state.jobs = []
        }
    }
}
