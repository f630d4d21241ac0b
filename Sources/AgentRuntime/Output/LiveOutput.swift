import Synchronization
import Wire

/// What the running step of an attempt prints, on its way to the server: filled by the attempt's thread, emptied with its
/// reports, and never a reason for either to wait.
///
/// Redacted bytes only. A step that ends before anything of it was due is not sent: its result holds it all. Once a part
/// was sent, the rest goes with the result. What the server does not take in time is dropped, oldest first; the offsets
/// show the gap.
final class LiveOutput: Sendable {
    /// Output is collected this long unless the assignment says otherwise: at most four posts a second.
    static let collectMs: Int64 = 250

    private let clock: AgentClock
    private let bell: Bell
    private let state = Mutex(PrintedOutput())
    private let paceMs: Int64

    /// - Parameters:
    ///   - bell: wakes the sender.
    ///   - collectMs: how long output is collected.
    init(clock: AgentClock, bell: Bell, collectMs: Int64 = LiveOutput.collectMs) {
        self.clock = clock
        self.bell = bell
        paceMs = collectMs
    }

    func began(_ step: Int) {
        let now = clock.monotonicMs()
        state.withLock { $0.begin(step, atMs: now) }
    }

    /// The running step printed redacted bytes. Never waits.
    func printed(_ bytes: [UInt8], on stream: OutputStream) {
        guard !bytes.isEmpty else { return }
        let now = clock.monotonicMs()
        let isNews = state.withLock { state in
            // Of a young step the sender comes to look by itself: most end before that.
            state.take(bytes, on: stream, atMs: now) && now - (state.beganAtMs ?? now) >= paceMs
        }
        if isNews { bell.ring() }
    }

    /// The running step has ended; its result is in the outbox.
    func ended() { state.withLock { $0.endStep() } }

    /// Milliseconds until a report may be due for the output alone, 0 = now; nil when the bell will tell.
    func waitMs(at now: Int64) -> Int64? {
        state.withLock { state in
            if state.isUnderWay { return 0 }
            if let news = state.newsAtMs { return max(0, paceMs - (now - news)) }
            return state.beganAtMs.map { paceMs - (now - $0) }.flatMap { $0 > 0 ? $0 : nil }
        }
    }

    /// What the report that goes now carries; kept until `sent`.
    func next(at now: Int64) -> [OutputChunk] {
        state.withLock { state in
            state.request(isDue: state.newsAtMs.map { now - $0 >= paceMs } ?? false)
        }
    }

    /// The server has, or does not want, what `next` gave.
    func sent() { state.withLock { $0.settle() } }
}
