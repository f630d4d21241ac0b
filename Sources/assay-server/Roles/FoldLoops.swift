import Alerts
import Daemon
import Feed
import MariaDB
import Reports
import Synchronization

/// Numbers out of the feed, and the rules that judge them.
struct FoldLoops {
    let led: LedLoops

    /// Under load finished runs are counted in batches of this age; a verdict itself never waits for them.
    private static let gapMs = 100

    func all() throws -> [Loop] {
        let doorbell = led.doorbell
        let rollups = Mutex(FoldRollups(pool: led.parts.pool))
        let rules = EvaluateRules(pool: led.parts.pool, note: led.note("rules"))
        return [
            try led.make("rollups", leadership: "folds", bell: .folds, gapMs: Self.gapMs) { lease in
                let pass = try rollups.withLock {
                    try $0.runOnce(monotonicMs: SystemClock.monotonicMs(), touch: lease.touch)
                }
                // The alerts loop reads what was folded just now.
                if pass.folded > 0 { doorbell.ring(.alerts) }
                return pass.mayBeMore ? .more : .idle
            },
            try led.make("rules", leadership: "alerts", bell: .alerts, gapMs: Self.gapMs) { lease in
                let result = try rules.runOnce(touch: lease.touch)
                if result.opened + result.resolved > 0 {
                    doorbell.ring(.engine)
                    doorbell.ring(.deliveries)
                }
                return result.mayBeMore ? .more : .idle
            },
        ]
    }
}
