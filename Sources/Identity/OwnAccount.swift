package import Domain
package import MariaDB

/// One login of a user, as its owner sees it.
package struct LoginSummary: Sendable {
    package let id: ID<LoginSession>
    package let remoteAddress: String
    package let createdAt: Timestamp
    package let refreshedAt: Timestamp
    package let expiresAt: Timestamp
}

/// What people do with their own account.
package struct OwnAccount: Sendable {
    private let pool: Pool
    private let hasher: PasswordHasher
    private let throttle: LoginThrottle

    package init(pool: Pool, hasher: PasswordHasher, limits: LoginLimits = LoginLimits()) {
        self.pool = pool
        self.hasher = hasher
        throttle = LoginThrottle(pool: pool, limits: limits)
    }

    /// Changes the name that others read.
    ///
    /// - Throws: `IdentityError.invalid`.
    package func rename(_ user: ID<User>, to name: String, by caller: Caller) throws -> UserProfile {
        var check = FieldCheck()
        check.name(name)
        try check.finish()
        return try pool.transaction { tx in
            guard let before = try UserStore.lock(user, tx) else { throw IdentityError.notFound }
            try tx.execute("UPDATE users SET name = \(name) WHERE id = \(user)")
            try Audit.record(
                tx,
                AuditEntry(
                    "user.rename", "user", user.description, before: ["name": .string(before.name)],
                    after: ["name": .string(name)]), by: caller)
            guard let after = try UserStore.lock(user, tx) else { throw IdentityError.notFound }
            return after
        }
    }

    /// Sets a new password after checking the old one; ends every login but the one that asks.
    ///
    /// - Throws: `IdentityError.invalid` naming `/currentPassword` or `/password`, `.rateLimited`, `.busy`. Blocks for two
    ///   hashes.
    package func changePassword(_ principal: Principal, current: String, new: String, by caller: Caller) throws {
        var check = FieldCheck()
        check.password(new)
        try check.finish()
        // Whoever found an open browser must not guess here what they may not guess at the login page.
        if let limited = try throttle.take(email: principal.email, address: caller.remoteAddress) {
            throw IdentityError.rateLimited(retryAfterSeconds: limited.retryAfterSeconds)
        }
        let account = try pool.read { try UserStore.account(email: principal.email, $0) }
        guard try hasher.verify(current, against: account?.passwordHash) else {
            throw IdentityError.invalid([FieldFault("/currentPassword", "is not your password")])
        }
        let hash = try hasher.hash(new)
        try throttle.forget(email: principal.email, address: caller.remoteAddress)
        let user = principal.userID
        try pool.transaction { tx in
            try UserStore.update(user, disabled: nil, passwordHash: hash, tx)
            let others: SQL =
                if case .session(let own) = principal.credential { "user_id = \(user) AND id <> \(own)" } else {
                    "user_id = \(user)"
                }
            try SessionStore.revoke(others, because: "password", tx)
            try Audit.record(
                tx, AuditEntry("user.password", "user", user.description, after: ["by": "owner"]), by: caller)
            try MembershipChange.write(tx, user: user, project: nil)
        }
    }

    /// Open logins, the newest first; at most 200.
    package func logins(of user: ID<User>) throws -> [LoginSummary] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT id, remote_address, created_at, refreshed_at, expires_at FROM login_sessions
                WHERE user_id = \(user) AND revoked_at IS NULL AND expires_at > UTC_TIMESTAMP(3) ORDER BY id DESC LIMIT 200
                """)
        }.map { row in
            LoginSummary(
                id: try row.id("id"), remoteAddress: try row.text("remote_address"),
                createdAt: try row.time("created_at"), refreshedAt: try row.time("refreshed_at"),
                expiresAt: try row.time("expires_at"))
        }
    }

    /// Ends one of the user's logins; its streams close.
    ///
    /// - Throws: `IdentityError.notFound`, also for a login of somebody else.
    package func endLogin(_ session: ID<LoginSession>, of user: ID<User>, by caller: Caller) throws {
        try pool.transaction { tx in
            let condition: SQL = "id = \(session) AND user_id = \(user)"
            guard try SessionStore.revoke(condition, because: "logout", tx) > 0 else { throw IdentityError.notFound }
            try Audit.record(tx, AuditEntry("logout", "session", session.description), by: caller)
            try MembershipChange.write(tx, user: user, project: nil)
        }
    }
}
