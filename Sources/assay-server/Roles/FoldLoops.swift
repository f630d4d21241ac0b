import Alerts
import Daemon
import MariaDB
import Reports

/// Numbers out of the feed, and the rules that judge them.
struct FoldLoops {
    let led: LedLoops

    func all() throws -> [Loop] {
        let pool = led.parts.pool
        let doorbell = led.doorbell
        let rollups = FoldRollups(pool: pool)
        let log = led.parts.log
        let rules = EvaluateRules(pool: pool) {
            log.error("item.set_aside", ["position": .text($0), "error": .fault($1)])
        }
        return [
            try led.make("rollups", leadership: "folds") { touch in
                let result = try rollups.runOnce(touch: touch)
                // The alerts loop reads what was folded just now.
                if result.runs > 0 { doorbell.ring(.scheduler) }
                return result.mayBeMore
            },
            try led.make("rules", leadership: "alerts") { touch in
                let result = try rules.runOnce(touch: touch)
                if result.opened + result.resolved > 0 { doorbell.ring(.scheduler) }
                return result.mayBeMore
            },
        ]
    }
}
