package import Domain

/// Who a request comes from, as the credential says; immutable for the life of the request.
package enum Principal: Sendable {
    case nobody
    case person(Person)
    case agent(AgentPrincipal)
}

/// A signed-in user, directly or through an API token.
package struct Person: Sendable {
    package let caller: Caller
    package let userID: ID<User>
    package let isAdmin: Bool
    package let memberships: [Membership]
    /// Nil for a login; an API token is limited to its scopes.
    package let scopes: Set<Scope>?
    /// An API token may be limited to one project.
    package let onlyProject: ID<Project>?

    package init(
        caller: Caller, userID: ID<User>, isAdmin: Bool, memberships: [Membership], scopes: Set<Scope>? = nil,
        onlyProject: ID<Project>? = nil
    ) {
        self.caller = caller
        self.userID = userID
        self.isAdmin = isAdmin
        self.memberships = memberships
        self.scopes = scopes
        self.onlyProject = onlyProject
    }

    package struct Membership: Sendable {
        package let project: ID<Project>
        package let role: Role

        package init(project: ID<Project>, role: Role) {
            self.project = project
            self.role = role
        }
    }
}

package struct AgentPrincipal: Sendable {
    package let id: ID<Agent>
    package let name: String
    /// Nil for a shared agent.
    package let project: ID<Project>?

    package init(id: ID<Agent>, name: String, project: ID<Project>?) {
        self.id = id
        self.name = name
        self.project = project
    }
}

extension Person {
    package enum Decision: Equatable, Sendable {
        case allowed
        /// A member without the right: 403.
        case forbidden
        /// Not a member: the project does not exist for this person, 404.
        case unknown
    }

    /// What this person may do in `project`.
    package func decide(_ permission: Permission, in project: ID<Project>) -> Decision {
        guard onlyProject == nil || onlyProject == project else { return .unknown }
        guard let role = role(in: project) else { return .unknown }
        return role.allows(permission) && scopesAllow(permission) ? .allowed : .forbidden
    }

    package func role(in project: ID<Project>) -> Role? {
        isAdmin ? .admin : memberships.first { $0.project == project }?.role
    }

    /// Whether this person administers the whole installation with this credential.
    package var mayAdminister: Bool { isAdmin && onlyProject == nil && scopesAllow(.administer) }

    /// Projects whose things this person may read; nil = all.
    package var readableProjects: [ID<Project>]? {
        if let onlyProject { return [onlyProject] }
        return isAdmin ? nil : memberships.map(\.project)
    }

    private func scopesAllow(_ permission: Permission) -> Bool {
        guard let scopes else { return true }
        return scopes.contains { $0.allows(permission) }
    }
}
