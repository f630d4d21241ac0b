package import Domain
import FastCGI
package import Identity

/// What the door asks the features before it lets a request in; tests give their own answers.
package struct Gate: Sendable {
    /// The person behind the request's bearer or cookie.
    package var person: @Sendable (_ bearer: String?, _ cookie: String?) throws -> Principal
    /// The agent behind a credential.
    package var agent: @Sendable (_ credential: String) throws -> ID<Agent>
    /// The project with a key; nil when there is none.
    package var project: @Sendable (_ key: String) throws -> ProjectRef?
    /// The project with an id, as owners are known by; nil when there is none.
    package var projectOfID: @Sendable (ID<Project>) throws -> ProjectRef?
    /// Where the thing with an id belongs.
    package var owner: @Sendable (OwnedKind, UUIDv7) throws -> Owner
    /// Head of the feed, for `Assay-Feed`.
    package var feedPosition: @Sendable () throws -> Int
    /// Writes a refusal to the audit log.
    package var recordRefusal: @Sendable (AuditEntry, Caller) -> Void

    package init(
        person: @escaping @Sendable (String?, String?) throws -> Principal,
        agent: @escaping @Sendable (String) throws -> ID<Agent>,
        project: @escaping @Sendable (String) throws -> ProjectRef?,
        projectOfID: @escaping @Sendable (ID<Project>) throws -> ProjectRef?,
        owner: @escaping @Sendable (OwnedKind, UUIDv7) throws -> Owner,
        feedPosition: @escaping @Sendable () throws -> Int,
        recordRefusal: @escaping @Sendable (AuditEntry, Caller) -> Void
    ) {
        self.person = person
        self.agent = agent
        self.project = project
        self.projectOfID = projectOfID
        self.owner = owner
        self.feedPosition = feedPosition
        self.recordRefusal = recordRefusal
    }
}

/// To whom a thing belongs.
package enum Owner: Equatable, Sendable {
    case project(ID<Project>)
    /// To no project: a shared agent.
    case everyone
    case nobody
}
