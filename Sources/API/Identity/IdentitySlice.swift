import Domain
package import Identity
package import Wire

extension Slice {
    /// Logins, tokens, users, projects, members, secrets, environments, the audit log.
    static let identity = Slice(
        routes: Routes.auth + Routes.account + Routes.tokens + Routes.users + Routes.projects + Routes.audit
            + Routes.settings,
        answers: AnswerShapes.identity)
}

extension Services {
    package var authenticate: Authenticate { Authenticate(pool: pool, accessTokens: accessTokens) }
    package var logins: Logins {
        Logins(pool: pool, hasher: hasher, accessTokens: accessTokens, limits: loginLimits)
    }
    package var users: Users { Users(pool: pool, hasher: hasher) }
    package var ownAccount: OwnAccount { OwnAccount(pool: pool, hasher: hasher, limits: loginLimits) }
    package var passwordLinks: PasswordLinks { PasswordLinks(pool: pool, hasher: hasher) }
    package var tokens: Tokens { Tokens(pool: pool) }
    package var projects: Projects { Projects(pool: pool) }
    package var members: Members { Members(pool: pool) }
    package var audit: Audit { Audit(pool: pool) }
    package var secrets: Secrets { Secrets(pool: pool, seal: seal) }
    package var environments: Environments { Environments(pool: pool) }
}

extension IdentityError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .unauthenticated: Problem(.unauthenticated)
        case .invalidCredentials: Problem(.invalidCredentials)
        case .rateLimited(let seconds): Problem(.rateLimited, retryAfterSeconds: seconds)
        case .busy: Problem(.unavailable, "Too many logins at once.", retryAfterSeconds: 1)
        case .forbidden: Problem(.forbidden)
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .conflict(let reason): Problem(.conflict, reason)
        case .versionMismatch(let current): .versionMismatch(current: current)
        case .sealBroken, .masterKey: Problem(.internalError, "A stored secret cannot be opened; see the log.")
        }
    }
}
