package import Domain

/// Who may use a route.
package enum RouteAccess: Sendable {
    /// No credential is looked at.
    case anyone
    /// Any person or API token.
    case signedIn
    /// A member whose role holds the permission in the project that the request is about.
    case project(Permission, ProjectSource)
    /// Holders of `administer`.
    case admin
    /// An agent's credential; people are refused.
    case agent
}

/// Where a request says which project it is about.
package enum ProjectSource: Hashable, Sendable {
    /// `?project=key`, required.
    case query
    /// `?project=key`; without it the handler limits itself to the caller's own projects.
    case optionalQuery
    /// `/projects/{p}`, a key.
    case path
    /// Member `project` of the body.
    case body
    /// Member `project` of the body; absent or null means no project, which needs `administer`.
    case optionalBody
    /// The project of the thing whose id is the path parameter `{id}`.
    case owner(OwnedKind)
}

/// Things that have an id and belong to a project; the slice that has them says to which.
package struct OwnedKind: Hashable, Sendable {
    package let name: String
    /// The project of a thing; nil for one of all projects. Throws the feature's not-found.
    let project: @Sendable (Services, UUIDv7) throws -> ID<Project>?

    init(_ name: String, project: @escaping @Sendable (Services, UUIDv7) throws -> ID<Project>?) {
        self.name = name
        self.project = project
    }

    package static func == (left: OwnedKind, right: OwnedKind) -> Bool { left.name == right.name }
    package func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
