package import Domain
package import MariaDB

/// One-time links by which a person sets a password of their own: an invitation, or a reset by an admin.
///
/// The token is shown once; the database keeps its digest. A new link replaces the user's earlier ones.
package struct PasswordLinks: Sendable {
    package static let lifetimeMs: Int64 = 72 * 3_600_000
    private let pool: Pool
    private let hasher: PasswordHasher

    package init(pool: Pool, hasher: PasswordHasher) {
        self.pool = pool
        self.hasher = hasher
    }

    /// Makes the link of a user.
    ///
    /// - Throws: `IdentityError.notFound`, `.conflict` for a disabled user.
    package func issue(for user: ID<User>, by caller: Caller) throws -> (token: String, expiresAt: Timestamp) {
        let token = "asp_" + hex(randomBytes(32))
        return try pool.transaction { tx in
            guard let profile = try UserStore.lock(user, tx) else { throw IdentityError.notFound }
            if profile.isDisabled { throw IdentityError.conflict("the user is disabled") }
            let expiresAt = tx.now.adding(ms: Self.lifetimeMs)
            try tx.execute("DELETE FROM password_links WHERE user_id = \(user)")
            try tx.execute(
                """
                INSERT INTO password_links (token_sha256, user_id, created_at, expires_at)
                VALUES (\(sha256(token)), \(user), \(tx.now), \(expiresAt))
                """)
            try Audit.record(tx, AuditEntry("user.passwordLink", "user", user.description), by: caller)
            return (token, expiresAt)
        }
    }

    /// Sets the password of the link's user, uses the link up and ends the user's logins.
    ///
    /// - Throws: `IdentityError.invalid` naming `/token` or `/password`, `.busy`. Blocks for a hash.
    package func redeem(_ token: String, password: String, by caller: Caller) throws -> UserProfile {
        var check = FieldCheck()
        check.password(password)
        try check.finish()
        let digest = sha256(token)
        // Asked before hashing, so that guesses cost little.
        guard try pool.read({ try $0.query(find(digest, lock: "")).isEmpty == false }) else { throw Self.unusable }
        let hash = try hasher.hash(password)
        return try pool.transaction { tx in
            guard let row = try tx.first(find(digest, lock: "FOR UPDATE")) else { throw Self.unusable }
            let user: ID<User> = try row.id("user_id")
            guard let profile = try UserStore.lock(user, tx), !profile.isDisabled else { throw Self.unusable }
            try UserStore.update(user, disabled: nil, passwordHash: hash, tx)
            try tx.execute("DELETE FROM password_links WHERE user_id = \(user)")
            try SessionStore.revoke("user_id = \(user)", because: "password", tx)
            try Audit.record(
                tx, AuditEntry("user.password", "user", user.description, after: ["by": "link"]),
                by: caller.acting(as: profile))
            try MembershipChange.write(tx, user: user, project: nil)
            return profile
        }
    }

    /// Deletes links that nobody used in time; at most 500 a call.
    static func purge(_ tx: Transaction) throws -> Int {
        try tx.execute("DELETE FROM password_links WHERE expires_at < \(tx.now) ORDER BY expires_at LIMIT 500")
    }

    private func find(_ digest: [UInt8], lock: SQL) -> SQL {
        "SELECT user_id FROM password_links WHERE token_sha256 = \(digest) AND expires_at > UTC_TIMESTAMP(3) \(sql: lock)"
    }

    private static let unusable = IdentityError.invalid([
        FieldFault("/token", "is used up, replaced or expired; ask an admin for a new link")
    ])
}
