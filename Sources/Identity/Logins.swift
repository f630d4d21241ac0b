package import Domain
package import MariaDB

/// What a successful login or refresh hands out.
package struct Login: Sendable {
    package let accessToken: String
    package let accessExpiresAt: Timestamp
    /// Nil when a refresh came twice within the grace period: the first answer's token stays the valid one.
    package let refreshToken: String?
    package let refreshExpiresAt: Timestamp
    package let session: ID<LoginSession>
    package let user: UserProfile
}

/// Log in, refresh, log out.
package struct Logins: Sendable {
    /// A login ends this long after its last refresh.
    package static let lifetimeMs: Int64 = 30 * 86_400_000
    /// Two tabs may refresh with the same token at once; later than this a second use is taken for theft.
    package static let reuseGraceMs: Int64 = 10_000
    private let pool: Pool
    private let hasher: PasswordHasher
    private let accessTokens: AccessTokens
    private let throttle: LoginThrottle

    package init(pool: Pool, hasher: PasswordHasher, accessTokens: AccessTokens, limits: LoginLimits = LoginLimits()) {
        self.pool = pool
        self.hasher = hasher
        self.accessTokens = accessTokens
        throttle = LoginThrottle(pool: pool, limits: limits)
    }

    /// Checks e-mail and password and opens a login session. Takes the same time for unknown e-mails.
    ///
    /// - Throws: `IdentityError.invalidCredentials`, `.rateLimited`, `.busy`. Blocks for a hash; holds no connection then.
    package func logIn(email: String, password: String, from caller: Caller) throws -> Login {
        let email = EmailAddress.normalised(email)
        if let limited = try throttle.take(email: email, address: caller.remoteAddress) {
            // Only the attempt that uses an allowance up is logged: a storm must not fill the log.
            if limited.isFirst { try refuse("login.limited", email, caller) }
            throw IdentityError.rateLimited(retryAfterSeconds: limited.retryAfterSeconds)
        }
        let account = try pool.read { try UserStore.account(email: email, $0) }
        let isRight = try hasher.verify(password, against: account?.passwordHash)
        guard let account, isRight, !account.profile.isDisabled else {
            try refuse("login", email, caller)
            throw IdentityError.invalidCredentials
        }
        try throttle.forget(email: email, address: caller.remoteAddress)
        return try open(account, caller)
    }

    /// A new pair of tokens for a refresh token, which is used up by it.
    ///
    /// A token that comes back later than the grace period after its use revokes the whole login.
    /// - Throws: `IdentityError.unauthenticated`.
    package func refresh(_ refreshToken: String, from caller: Caller) throws -> Login {
        let digest = sha256(refreshToken)
        let outcome: RefreshOutcome = try pool.transaction { tx in
            guard let found = try SessionStore.lockRefreshToken(digest, tx), found.isOpen(at: tx.now) else {
                return .refused
            }
            guard let usedAt = found.usedAt else { return .refreshed(try rotate(found, digest, tx)) }
            if tx.now.milliseconds(since: usedAt) <= Logins.reuseGraceMs {
                return .refreshed(try login(found, refreshToken: nil, expiresAt: found.expiresAt, at: tx.now))
            }
            try SessionStore.revoke("id = \(found.session)", because: "refreshReuse", tx)
            let line = AuditEntry("login.reuse", "session", found.session.description, outcome: .refused)
            try Audit.record(tx, line, by: caller)
            try MembershipChange.write(tx, user: found.user.id, project: nil)
            return .refused
        }
        guard case .refreshed(let login) = outcome else { throw IdentityError.unauthenticated }
        return login
    }

    /// Ends a login session, or an API token's own use when `principal` is one; streams of it close.
    package func logOut(_ principal: Principal, by caller: Caller) throws {
        guard case .session(let id) = principal.credential else { return }
        try pool.transaction { tx in
            guard try SessionStore.revoke("id = \(id)", because: "logout", tx) > 0 else { return }
            try Audit.record(tx, AuditEntry("logout", "session", id.description), by: caller)
            try MembershipChange.write(tx, user: principal.userID, project: nil)
        }
    }

    /// Removes what is of no more use: ended logins after a day, idle throttle rows, links nobody used. At most 500 of each a call.
    package func purge() throws -> Int {
        try pool.transaction { tx in
            let dayAgo = tx.now.adding(ms: -86_400_000)
            return try SessionStore.purge(before: dayAgo, tx) + LoginThrottle.purge(before: dayAgo, tx)
                + PasswordLinks.purge(tx)
        }
    }

    private func open(_ account: Account, _ caller: Caller) throws -> Login {
        try pool.transaction { tx in
            let session = ID<LoginSession>(at: tx.now)
            let expiresAt = tx.now.adding(ms: Logins.lifetimeMs)
            try SessionStore.insert(
                session, user: account.profile.id, address: caller.remoteAddress, expiresAt: expiresAt, tx)
            try Audit.record(
                tx, AuditEntry("login", "session", session.description), by: caller.acting(as: account.profile))
            let found = FoundRefreshToken(
                session: session, user: account.profile, expiresAt: expiresAt, revokedAt: nil, usedAt: nil)
            return try login(found, refreshToken: try newRefreshToken(session, tx), expiresAt: expiresAt, at: tx.now)
        }
    }

    private func rotate(_ found: FoundRefreshToken, _ digest: [UInt8], _ tx: Transaction) throws -> Login {
        let expiresAt = tx.now.adding(ms: Logins.lifetimeMs)
        try SessionStore.use(digest, session: found.session, expiresAt: expiresAt, tx)
        return try login(
            found, refreshToken: try newRefreshToken(found.session, tx), expiresAt: expiresAt, at: tx.now)
    }

    private func newRefreshToken(_ session: ID<LoginSession>, _ tx: Transaction) throws -> String {
        let token = "asr_" + hex(randomBytes(32))
        try SessionStore.insertRefreshToken(sha256(token), session: session, tx)
        return token
    }

    private func login(
        _ found: FoundRefreshToken, refreshToken: String?, expiresAt: Timestamp, at now: Timestamp
    ) throws -> Login {
        let access = try accessTokens.issue(for: found.user.id, session: found.session, at: now)
        return Login(
            accessToken: access.token, accessExpiresAt: access.expiresAt, refreshToken: refreshToken,
            refreshExpiresAt: expiresAt, session: found.session, user: found.user)
    }

    private func refuse(_ action: String, _ email: String, _ caller: Caller) throws {
        let target = email.cut(codePoints: 254)
        try Audit(pool: pool).refused(AuditEntry(action, "user", target, outcome: .refused), by: caller)
    }

    private enum RefreshOutcome {
        case refreshed(Login)
        case refused
    }
}
