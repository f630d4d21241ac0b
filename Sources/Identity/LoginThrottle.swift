import Domain
import MariaDB

/// How many attempts to log in one window allows.
package struct LoginLimits: Sendable {
    package var perEmail: Int
    /// Larger than `perEmail`: many people may share one address.
    package var perAddress: Int
    package var windowMs: Int64

    package init(perEmail: Int = 10, perAddress: Int = 60, windowMs: Int64 = 15 * 60_000) {
        self.perEmail = perEmail
        self.perAddress = perAddress
        self.windowMs = windowMs
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
            // The address first and always in this order: two transactions never wait for each other in a circle.
            let byAddress = try take("address:" + address, limit: limits.perAddress, tx)
            let byEmail = try take("email:" + email, limit: limits.perEmail, tx)
            return [byAddress, byEmail].compactMap(\.self).max { $0.retryAfterSeconds < $1.retryAfterSeconds }
        }
    }

    /// An allowance that has no attempt left.
    struct UsedUp {
        let retryAfterSeconds: Int
        /// Whether this attempt is the first one too many.
        let isFirst: Bool
    }

    /// A right password gives the allowance of the e-mail back.
    func forget(email: String) throws {
        try pool.transaction { tx in
            _ = try tx.execute("DELETE FROM login_throttles WHERE subject_sha256 = \(sha256("email:" + email))")
        }
    }

    static func purge(before time: Timestamp, _ tx: Transaction) throws -> Int {
        try tx.execute(
            "DELETE FROM login_throttles WHERE window_started_at < \(time) ORDER BY window_started_at LIMIT 500")
    }

    /// Counts one attempt of one subject.
    private func take(_ subject: String, limit: Int, _ tx: Transaction) throws -> UsedUp? {
        let digest = sha256(subject)
        let oldest = tx.now.adding(ms: -limits.windowMs)
        _ = try tx.execute(
            """
            INSERT INTO login_throttles (subject_sha256, window_started_at, attempt_count) VALUES (\(digest), \(tx.now), 1)
            ON DUPLICATE KEY UPDATE attempt_count = IF(window_started_at <= \(oldest), 1, LEAST(attempt_count + 1, 1000000)),
              window_started_at = IF(window_started_at <= \(oldest), \(tx.now), window_started_at)
            """)
        let row = try tx.first(
            "SELECT attempt_count, window_started_at FROM login_throttles WHERE subject_sha256 = \(digest)")
        guard let row, try row.int("attempt_count") > limit else { return nil }
        let waitMs = try row.time("window_started_at").adding(ms: limits.windowMs).milliseconds(since: tx.now)
        return UsedUp(
            retryAfterSeconds: Int(max(1, (waitMs + 999) / 1000)), isFirst: try row.int("attempt_count") == limit + 1)
    }
}
