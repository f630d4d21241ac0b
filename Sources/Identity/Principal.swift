package import Domain

/// One project a user belongs to.
package struct Membership: Hashable, Sendable {
    package let project: ID<Project>
    package let key: String
    package let name: String
    package let role: Role
    package var isArchived = false
}

/// What was shown to get in; streams are bound to it, and revocation is looked up by it.
package enum Credential: Hashable, Sendable {
    case session(ID<LoginSession>)
    case token(ID<APIToken>)
}

/// Whether something may be done, and what its refusal may reveal.
package enum Access: Hashable, Sendable {
    case allowed
    /// 403: a member without the right.
    case forbidden
    /// 404: a stranger learns nothing.
    case hidden
}

/// Who a request speaks for: an immutable value, resolved anew for each request.
package struct Principal: Hashable, Sendable {
    package let credential: Credential
    package let userID: ID<User>
    package let email: String
    package let userName: String
    package let isAdmin: Bool
    /// Every scope for a login; a token's own otherwise.
    package let scopes: Set<Scope>
    /// The only project a token may be used in; nil when it is not restricted, and for logins.
    package let onlyProject: ID<Project>?
    /// When the token stops working; nil for one that does not, and for logins.
    package let expiresAt: Timestamp?
    /// The name of the token; nil for a login.
    package let tokenName: String?
    package let memberships: [ID<Project>: Membership]

    package var kind: Caller.Kind {
        if case .token = credential { .token } else { .user }
    }

    /// The user's id for a login, the token's for a token: what `startedBy` and the audit log name.
    package var id: UUIDv7 {
        switch credential {
        case .session: userID.uuid
        case .token(let id): id.uuid
        }
    }

    package var name: String { tokenName ?? userName }

    /// The caller of a use case, as the audit log keeps it.
    package func caller(remoteAddress: String, requestID: String) -> Caller {
        Caller(
            kind: kind, id: id, userID: userID, name: name, remoteAddress: remoteAddress, requestID: requestID)
    }

    /// The role here; nil for a stranger and outside a token's only project.
    package func role(in project: ID<Project>) -> Role? {
        if let onlyProject, onlyProject != project { return nil }
        return isAdmin ? .admin : memberships[project]?.role
    }

    /// Whether `permission` is given in `project`.
    package func access(_ permission: Permission, in project: ID<Project>) -> Access {
        guard let role = role(in: project) else { return .hidden }
        return role.allows(permission) && isInScope(permission) ? .allowed : .forbidden
    }

    /// Whether `permission` is given for the whole installation: admins only, and no token of one project.
    package func access(everywhere permission: Permission) -> Access {
        isAdmin && onlyProject == nil && Role.admin.allows(permission) && isInScope(permission) ? .allowed : .forbidden
    }

    /// Whether a token may do what every user may do for themselves (own tokens, own preferences).
    package func isInScope(_ permission: Permission) -> Bool { scopes.contains { $0.allows(permission) } }
}
