package import Domain
package import FastCGI

/// Who a stream speaks for, at one moment.
package struct StreamPrincipal: Sendable {
    package let user: ID<User>
    package let mayRead: @Sendable (ID<Project>) -> Bool
    /// The same credential looked at again; nil when it has been revoked or has expired.
    package let refresh: @Sendable () throws -> StreamPrincipal?

    package init(
        user: ID<User>, mayRead: @escaping @Sendable (ID<Project>) -> Bool,
        refresh: @escaping @Sendable () throws -> StreamPrincipal?
    ) {
        self.user = user
        self.mayRead = mayRead
        self.refresh = refresh
    }
}

/// The identity questions this door asks; the program answers them.
package struct StreamAccess: Sendable {
    /// nil when the request carries no valid credential; throws when that cannot be known now.
    package let principal: @Sendable (Request) throws -> StreamPrincipal?
    /// The project behind its key; nil when there is none.
    package let project: @Sendable (String) throws -> ID<Project>?
    /// The agent behind its credential; nil when it is unknown or revoked.
    package let agent: @Sendable (Request) throws -> ID<Agent>?

    package init(
        principal: @escaping @Sendable (Request) throws -> StreamPrincipal?,
        project: @escaping @Sendable (String) throws -> ID<Project>?,
        agent: @escaping @Sendable (Request) throws -> ID<Agent>?
    ) {
        self.principal = principal
        self.project = project
        self.agent = agent
    }
}
