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

/// Things that have an id and belong to a project.
package enum OwnedKind: String, CaseIterable, Hashable, Sendable {
    case execution, testCase, testSuite, testItem, agent, alertRule, alert, channel, trigger, subscription
}
