package import Domain
package import FastCGI
package import Identity

/// Who a stream speaks for, at one moment.
package struct StreamPrincipal: Sendable {
    package let user: ID<User>
    /// What is looked at again while the stream is open.
    package let credential: Credential
    /// Whether a project may be read.
    package let access: @Sendable (ID<Project>) -> Access
    /// As the audit log names whoever opens the stream.
    package var caller: Caller?

    package init(user: ID<User>, credential: Credential, access: @escaping @Sendable (ID<Project>) -> Access) {
        self.user = user
        self.credential = credential
        self.access = access
    }
}

/// The identity questions this door asks; the program answers them.
package struct StreamAccess: Sendable {
    /// nil when the request carries no valid credential; throws when that cannot be known now.
    package let principal: @Sendable (Request) throws -> StreamPrincipal?
    /// Credentials looked at again, in few queries; those that were revoked or have expired are missing.
    package let current: @Sendable ([Credential]) throws -> [Credential: StreamPrincipal]
    /// The project behind its key; nil when there is none.
    package let project: @Sendable (String) throws -> ID<Project>?
    /// The agent behind its credential; nil when it is unknown or revoked.
    package let agent: @Sendable (Request) throws -> ID<Agent>?
    /// Writes a refusal to the audit log.
    package let refused: @Sendable (AuditEntry, Caller) -> Void

    package init(
        principal: @escaping @Sendable (Request) throws -> StreamPrincipal?,
        current: @escaping @Sendable ([Credential]) throws -> [Credential: StreamPrincipal],
        project: @escaping @Sendable (String) throws -> ID<Project>?,
        agent: @escaping @Sendable (Request) throws -> ID<Agent>?,
        refused: @escaping @Sendable (AuditEntry, Caller) -> Void = { _, _ in }
    ) {
        self.principal = principal
        self.current = current
        self.project = project
        self.agent = agent
        self.refused = refused
    }
}
