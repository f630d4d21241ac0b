package import Identity
package import MariaDB

/// The use cases that handlers call; built once by the program.
package struct Services: Sendable {
    package let pool: Pool
    /// Of this program, for `system` and OpenAPI.
    package let version: String
    package let authenticate: Authenticate
    package let logins: Logins
    package let users: Users
    package let tokens: Tokens
    package let projects: Projects
    package let members: Members
    package let audit: Audit
    package let secrets: Secrets
    package let environments: Environments

    /// - Parameters:
    ///   - keys: the master key ring; signs access tokens and seals secrets.
    package init(
        pool: Pool, version: String, keys: KeyRing, hasher: PasswordHasher, loginLimits: LoginLimits = LoginLimits()
    ) {
        self.pool = pool
        self.version = version
        let accessTokens = AccessTokens(keys)
        let seal = Seal(keys)
        authenticate = Authenticate(pool: pool, accessTokens: accessTokens)
        logins = Logins(pool: pool, hasher: hasher, accessTokens: accessTokens, limits: loginLimits)
        users = Users(pool: pool, hasher: hasher)
        tokens = Tokens(pool: pool)
        projects = Projects(pool: pool)
        members = Members(pool: pool)
        audit = Audit(pool: pool)
        secrets = Secrets(pool: pool, seal: seal)
        environments = Environments(pool: pool)
    }
}
