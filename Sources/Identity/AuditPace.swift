package import Domain
import Synchronization

/// How often like things are written to the audit log by one process: a loop of refusals, or a page that reads again and
/// again, must not fill it. What was left out is counted, and said by the next line.
package final class AuditPace: Sendable {
    /// Refusals of one caller that are written in a minute.
    package static let refusals = (limit: 20, windowMs: Int64(60_000))
    /// The same reading by the same caller is written once in ten minutes.
    package static let reads = (limit: 1, windowMs: Int64(600_000))
    /// Callers and readings remembered; beyond it those whose time is over are forgotten, then all.
    static let remembered = 10_000

    private struct Window {
        var startedAtMs: Int64
        var lengthMs: Int64
        var written = 0
        var leftOut = 0
    }

    private let windows = Mutex<[String: Window]>([:])
    private let clockMs: @Sendable () -> Int64

    package init() {
        let start = ContinuousClock.now
        clockMs = { Int64(start.duration(to: .now) / .milliseconds(1)) }
    }

    /// - Parameter clockMs: a clock that never goes back.
    package init(clockMs: @escaping @Sendable () -> Int64) { self.clockMs = clockMs }

    /// Whether `entry` by `caller` is to be written, and how many like it were left out before; nil leaves it out.
    package func admit(_ entry: AuditEntry, by caller: Caller) -> Int? {
        let who = caller.id?.description ?? caller.remoteAddress
        return entry.outcome == .refused
            ? admit("refused \(who)", Self.refusals)
            : admit("\(entry.action) \(entry.targetID) \(who)", Self.reads)
    }

    private func admit(_ key: String, _ pace: (limit: Int, windowMs: Int64)) -> Int? {
        let now = clockMs()
        return windows.withLock { windows in
            if windows.count >= Self.remembered {
                windows = windows.filter { now - $0.value.startedAtMs < $0.value.lengthMs }
                if windows.count >= Self.remembered { windows = [:] }
            }
            var window = windows[key] ?? Window(startedAtMs: now, lengthMs: pace.windowMs)
            if now - window.startedAtMs >= pace.windowMs {
                window = Window(startedAtMs: now, lengthMs: pace.windowMs, leftOut: window.leftOut)
            }
            defer { windows[key] = window }
            guard window.written < pace.limit else {
                window.leftOut += 1
                return nil
            }
            window.written += 1
            defer { window.leftOut = 0 }
            return window.leftOut
        }
    }
}
