import Domain
import MariaDB

/// How many attempts to log in are allowed.
package struct LoginLimits: Sendable {
    /// Of one account from one address, in a window: guessing from elsewhere locks nobody out.
    package var perAccountAndAddress: Int
    /// From one address, whatever the account; larger, because many people may share one.
    package var perAddress: Int
    package var windowMs: Int64
    /// Of one account from everywhere, in a long window: what is left to many addresses that guess together.
    package var perAccount: Int
    package var accountWindowMs: Int64

    package init(
        perAccountAndAddress: Int = 10, perAddress: Int = 60, windowMs: Int64 = 15 * 60_000, perAccount: Int = 200,
        accountWindowMs: Int64 = 24 * 3_600_000
    ) {
        self.perAccountAndAddress = perAccountAndAddress
        self.perAddress = perAddress
        self.windowMs = windowMs
        self.perAccount = perAccount
        self.accountWindowMs = accountWindowMs
    }
}

/// Counts attempts to log in, in rows, so that every process sees the same number.
///
/// An attempt is counted before its password is looked at: a burst of parallel guesses is counted too.
struct LoginThrottle: Sendable {
    let pool: Pool
    let limits: LoginLimits

    /// Takes one attempt of each allowance; answers how long to wait when one is used up.
    func take(email: String, address: String) throws -> UsedUp? {
        try pool.transaction { tx in
            // Always in this order: two transactions never wait for each other in a circle.
            let byAddress = try take("address:" + address, limits.perAddress, limits.windowMs, tx)
            let byBoth = try take(pair(email, address), limits.perAccountAndAddress, limits.windowMs, tx)
            // What another allowance stops is no guess at the account: one address alone cannot use it up.
            let isStopped = byAddress != nil || byBoth != nil
            let byAccount =
                isStopped ? nil : try take("account:" + email, limits.perAccount, limits.accountWindowMs, tx)
            return [byAddress, byBoth, byAccount].compactMap(\.self).max {
                $0.retryAfterSeconds < $1.retryAfterSeconds
            }
        }
    }

    /// An allowance that has no attempt left.
    struct UsedUp {
        let retryAfterSeconds: Int
        /// Whether this attempt is the first one too many.
        let isFirst: Bool
    }

    /// A right password gives the allowance of account and address back, and to the account the attempt it took.
    func forget(email: String, address: String) throws {
        try pool.transaction { tx in
            let (account, both) = (sha256("account:" + email), sha256(pair(email, address)))
            _ = try tx.execute(
                "UPDATE login_throttles SET attempt_count = attempt_count - 1 WHERE subject_sha256 = \(account)")
            _ = try tx.execute(
                """
                DELETE FROM login_throttles
                WHERE subject_sha256 = \(both) OR (subject_sha256 = \(account) AND attempt_count = 0)
                """)
        }
    }

    private func pair(_ email: String, _ address: String) -> String { "account:" + email + "\n" + address }

    static func purge(before time: Timestamp, _ tx: Transaction) throws -> Int {
        try tx.execute(
            "DELETE FROM login_throttles WHERE window_started_at < \(time) ORDER BY window_started_at LIMIT 500")
    }

    /// Counts one attempt of one subject.
    private func take(_ subject: String, _ limit: Int, _ windowMs: Int64, _ tx: Transaction) throws -> UsedUp? {
        let digest = sha256(subject)
        let oldest = tx.now.adding(ms: -windowMs)
        _ = try tx.execute(
            """
            INSERT INTO login_throttles (subject_sha256, window_started_at, attempt_count) VALUES (\(digest), \(tx.now), 1)
            ON DUPLICATE KEY UPDATE attempt_count = IF(window_started_at <= \(oldest), 1, LEAST(attempt_count + 1, 1000000)),
              window_started_at = IF(window_started_at <= \(oldest), \(tx.now), window_started_at)
            """)
        let row = try tx.first(
            "SELECT attempt_count, window_started_at FROM login_throttles WHERE subject_sha256 = \(digest)")
        guard let row, try row.int("attempt_count") > limit else { return nil }
        let waitMs = try row.time("window_started_at").adding(ms: windowMs).milliseconds(since: tx.now)
        return UsedUp(
            retryAfterSeconds: Int(max(1, (waitMs + 999) / 1000)), isFirst: try row.int("attempt_count") == limit + 1)
    }
}
