import Domain
import MariaDB

/// A refresh token with its session and user, as locked.
struct FoundRefreshToken {
    let session: ID<LoginSession>
    let user: UserProfile
    let expiresAt: Timestamp
    let revokedAt: Timestamp?
    let usedAt: Timestamp?

    func isOpen(at now: Timestamp) -> Bool { revokedAt == nil && expiresAt > now && !user.isDisabled }
}

/// SQL of `login_sessions` and `refresh_tokens`.
enum SessionStore {
    static func insert(
        _ id: ID<LoginSession>, user: ID<User>, address: String, expiresAt: Timestamp, _ tx: Transaction
    ) throws {
        _ = try tx.execute(
            """
            INSERT INTO login_sessions (id, user_id, remote_address, created_at, refreshed_at, expires_at)
            VALUES (\(id), \(user), \(address.cut(codePoints: 64)), \(tx.now), \(tx.now), \(expiresAt))
            """)
    }

    static func insertRefreshToken(_ digest: [UInt8], session: ID<LoginSession>, _ tx: Transaction) throws {
        _ = try tx.execute(
            """
            INSERT INTO refresh_tokens (token_sha256, session_id, issued_at) VALUES (\(digest), \(session), \(tx.now))
            """)
    }

    /// Reads a refresh token and locks it together with its session: two refreshes with one token take turns.
    static func lockRefreshToken(_ digest: [UInt8], _ tx: Transaction) throws -> FoundRefreshToken? {
        let row = try tx.first(
            """
            SELECT s.id AS session_id, s.expires_at, s.revoked_at, r.used_at, \(sql: UserStore.columns)
            FROM refresh_tokens r JOIN login_sessions s ON s.id = r.session_id JOIN users u ON u.id = s.user_id
            WHERE r.token_sha256 = \(digest) FOR UPDATE
            """)
        guard let row else { return nil }
        return FoundRefreshToken(
            session: try row.id("session_id"), user: try UserStore.profile(row), expiresAt: try row.time("expires_at"),
            revokedAt: try row.timeOrNil("revoked_at"), usedAt: try row.timeOrNil("used_at"))
    }

    static func use(
        _ digest: [UInt8], session: ID<LoginSession>, expiresAt: Timestamp, _ tx: Transaction
    ) throws {
        _ = try tx.execute("UPDATE refresh_tokens SET used_at = \(tx.now) WHERE token_sha256 = \(digest)")
        _ = try tx.execute(
            "UPDATE login_sessions SET refreshed_at = \(tx.now), expires_at = \(expiresAt) WHERE id = \(session)")
    }

    /// Revokes the open sessions that `condition` names; answers how many.
    @discardableResult
    static func revoke(_ condition: SQL, because reason: String, _ tx: Transaction) throws -> Int {
        try tx.execute(
            """
            UPDATE login_sessions SET revoked_at = \(tx.now), revoked_reason = \(reason)
            WHERE \(sql: condition) AND revoked_at IS NULL
            """)
    }

    /// Deletes sessions that ended before `time`; their refresh tokens go with them.
    static func purge(before time: Timestamp, _ tx: Transaction) throws -> Int {
        try tx.execute("DELETE FROM login_sessions WHERE expires_at < \(time) ORDER BY expires_at LIMIT 500")
    }
}
