import Domain
package import MariaDB

/// Removes what is past its time, rule by rule, in small steps; a rule that fails is set aside and the others go on.
package struct PurgeOld {
    static let stepRows = 500
    /// Steps of one rule in one pass: a large backlog must not hold up the other rules.
    static let stepsPerPass = 10

    /// What one pass removed, by rule.
    package struct Pass: Equatable, Sendable {
        package var removed: [String: Int] = [:]
        package var mayBeMore = false
    }

    private let pool: Pool
    private let rules: [RetentionRule]
    private let days: RetentionDays
    private var setAside: SetAside

    package init(pool: Pool, rules: [RetentionRule], days: RetentionDays) {
        self.pool = pool
        self.rules = rules
        self.days = days
        setAside = SetAside(loop: "retention", pool: pool)
    }

    /// One pass over all rules; each step is a transaction of its own.
    package mutating func runOnce(_ lease: LeaderLease, monotonicMs: Int64) throws -> Pass {
        var pass = Pass()
        for rule in rules {
            let (pool, days) = (pool, days)
            let removed =
                try setAside.attempt(rule.name, monotonicMs: monotonicMs) { try Self.purge(rule, days, lease, pool) }
                ?? 0
            if removed > 0 { pass.removed[rule.name] = removed }
            pass.mayBeMore = pass.mayBeMore || removed >= Self.stepRows * Self.stepsPerPass
        }
        return pass
    }

    private static func purge(
        _ rule: RetentionRule, _ days: RetentionDays, _ lease: LeaderLease, _ pool: Pool
    ) throws -> Int {
        var removed = 0
        for _ in 0..<stepsPerPass {
            let step = try pool.transaction { tx -> Int in
                let cutoff = days.cutoff(of: rule, now: tx.now)
                guard cutoff != nil || rule.purgeOwn != nil else { return 0 }
                try lease.touch(tx)
                let own = try rule.purgeOwn?(tx, stepRows) ?? 0
                guard own == 0, let cutoff else { return own }
                return try rule.purge(tx, cutoff, stepRows)
            }
            removed += step
            if step == 0 { break }
        }
        return removed
    }
}
