import Domain
package import Executions
package import Feed
package import Identity
package import MariaDB

/// What use cases are made of; built once by the program. Each slice says in its folder which use cases it has.
///
/// They are values over these parts, made anew where they are used; one that keeps something between calls is a part.
package struct Services: Sendable {
    package let pool: Pool
    /// Of this program, for `system` and OpenAPI.
    package let version: String
    let accessTokens: AccessTokens
    let seal: Seal
    let hasher: PasswordHasher
    let loginLimits: LoginLimits
    /// Seals what features store of credentials.
    let sealing: Sealing
    /// Directory of the artifact store.
    let artifactDirectory: String
    /// Directory of files that are read into runs.
    let importDirectory: String
    /// How long this installation keeps what.
    let retention: RetentionDays
    /// Where people find it, without a slash at the end; nil when it does not know.
    let publicURL: String?
    /// Keeps refusals and readings from filling the audit log.
    let auditPace = AuditPace()
    /// Keeps what never changes of runs and definitions.
    package let acceptOffers: AcceptOffers
    /// Whether every migration of this program is applied.
    let isSchemaCurrent: @Sendable () throws -> Bool
    /// The figures of this process as Prometheus text.
    let exposition: @Sendable () -> String

    /// - Parameters:
    ///   - keys: the master key ring; signs access tokens and seals secrets.
    ///   - artifacts: directory of the artifact store.
    ///   - imports: directory of files that are read into runs.
    package init(
        pool: Pool, version: String, keys: KeyRing, hasher: PasswordHasher, loginLimits: LoginLimits = LoginLimits(),
        artifacts: String, imports: String, retention: RetentionDays = RetentionDays(),
        publicURL: String? = nil, isSchemaCurrent: @escaping @Sendable () throws -> Bool,
        exposition: @escaping @Sendable () -> String
    ) {
        self.pool = pool
        self.version = version
        accessTokens = AccessTokens(keys)
        self.hasher = hasher
        self.loginLimits = loginLimits
        let seal = Seal(keys)
        self.seal = seal
        sealing = Sealing(
            seal: { try seal.seal($0, context: $1) }, open: { try seal.open($0, context: $1) })
        artifactDirectory = artifacts
        importDirectory = imports
        self.retention = retention
        self.publicURL = publicURL.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        acceptOffers = AcceptOffers(pool: pool)
        self.isSchemaCurrent = isSchemaCurrent
        self.exposition = exposition
    }
}
