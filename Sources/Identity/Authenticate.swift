import Domain
package import MariaDB

/// Turns a credential into a `Principal`, with one indexed query a request that also sees revocation.
package struct Authenticate: Sendable {
    private static let tokenPrefix = "asy_"
    /// How stale `last_used_at` of an API token may be.
    private static let lastUsedResolutionMs: Int64 = 60_000
    private let pool: Pool
    private let accessTokens: AccessTokens

    package init(pool: Pool, accessTokens: AccessTokens) {
        self.pool = pool
        self.accessTokens = accessTokens
    }

    /// The principal of a bearer (an API token or an access token) or, when there is none, of the access cookie.
    ///
    /// - Throws: `IdentityError.unauthenticated` for a credential that is missing, forged, expired or revoked, and for a
    ///   disabled user.
    package func principal(bearer: String?, cookie: String?) throws -> Principal {
        guard let credential = bearer ?? cookie else { throw IdentityError.unauthenticated }
        if bearer != nil, credential.hasPrefix(Authenticate.tokenPrefix) { return try principal(token: credential) }
        guard let claims = accessTokens.claims(of: credential) else { throw IdentityError.unauthenticated }
        let found = try pool.read { try PrincipalStore.sessions([claims.session], $0).first }
        guard let found, found.now < claims.expiresAt, found.principal.userID == claims.user else {
            throw IdentityError.unauthenticated
        }
        return found.principal
    }

    /// The principal behind `credential` as it is now; nil when it has been revoked. For streams, which outlive tokens.
    package func current(_ credential: Credential) throws -> Principal? { try current([credential])[credential] }

    /// The same for many, in two queries for each 500; those that have been revoked are missing.
    package func current(_ credentials: [Credential]) throws -> [Credential: Principal] {
        var current: [Credential: Principal] = [:]
        for start in stride(from: 0, to: credentials.count, by: 500) {
            let some = credentials[start..<min(start + 500, credentials.count)]
            let sessions = some.compactMap { if case .session(let id) = $0 { id } else { nil } }
            let tokens = some.compactMap { if case .token(let id) = $0 { id } else { nil } }
            let found = try pool.read { connection in
                try (sessions.isEmpty ? [] : PrincipalStore.sessions(sessions, connection))
                    + (tokens.isEmpty ? [] : PrincipalStore.tokens("t.id IN (\(list: tokens))", connection))
            }
            for each in found { current[each.principal.credential] = each.principal }
        }
        return current
    }

    private func principal(token: String) throws -> Principal {
        let digest = sha256(token)
        let found = try pool.read { try PrincipalStore.tokens("t.token_sha256 = \(digest)", $0).first }
        guard let found, case .token(let id) = found.principal.credential else { throw IdentityError.unauthenticated }
        let isFresh = found.lastUsedAt.map { found.now.milliseconds(since: $0) < Authenticate.lastUsedResolutionMs }
        if isFresh != true { try touch(id, at: found.now) }
        return found.principal
    }

    private func touch(_ id: ID<APIToken>, at now: Timestamp) throws {
        let stale = now.adding(ms: -Authenticate.lastUsedResolutionMs)
        _ = try pool.transaction { tx in
            try tx.execute(
                """
                UPDATE api_tokens SET last_used_at = \(now)
                WHERE id = \(id) AND (last_used_at IS NULL OR last_used_at <= \(stale))
                """)
        }
    }
}
