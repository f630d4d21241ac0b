import Domain
import FastCGI
import Identity
import Wire

/// Decides whether a request may use a route: 401 for nobody, 404 for a stranger, 403 for a member without the right.
struct Admission {
    let gate: Gate
    let request: Request
    let route: Route
    let parameters: [String: String]

    /// Who asks. Comes before anything is said about the body.
    func identify() throws -> Requester {
        if route.checksOrigin { try OriginCheck.pass(request) }
        switch route.access {
        case .anyone: return .nobody
        case .agent: return .agent(try agent())
        case .signedIn, .admin, .project: return .person(try person())
        }
    }

    /// Whether `requester` may, and the project that was decided in.
    ///
    /// - Parameter body: not checked yet; only its member `project` is read.
    func authorise(_ requester: Requester, body: JSONValue) throws -> ProjectRef? {
        guard case .person(let principal) = requester else { return nil }
        switch route.access {
        case .anyone, .agent: return nil
        case .signedIn:
            // Every role may keep its own things, so only a token's scope can stand in the way.
            let needed: Permission = route.method.isSafe ? .read : .keepOwnThings
            try require(principal.isInScope(needed) ? .allowed : .forbidden, principal)
            return nil
        case .admin:
            try require(principal.access(everywhere: .administer), principal)
            return nil
        case .project(let permission, let source):
            let project = try project(from: source, permission, principal, body)
            if let project, project.isArchived, !route.method.isSafe, !permission.holdsInArchive {
                throw Problem(.projectArchived, "Take \(project.key) out of the archive first.")
            }
            return project
        }
    }

    private func agent() throws -> ID<Agent> {
        guard let credential = bearer else { throw Problem(.unauthenticated) }
        return try gate.agent(credential)
    }

    private func person() throws -> Principal {
        let cookie = bearer == nil ? SessionCookie.access.value(in: request) : nil
        let principal = try gate.person(bearer, cookie)
        // Only cookies travel without the sender's doing, so only they need the check.
        if bearer == nil, !route.method.isSafe, !route.checksOrigin { try OriginCheck.pass(request) }
        return principal
    }

    private var bearer: String? {
        guard let header = request.header("Authorization"), header.utf8.count > 7,
            header.prefix(7).lowercased() == "bearer "
        else { return nil }
        return String(header.dropFirst(7))
    }

    private func project(
        from source: ProjectSource, _ permission: Permission, _ principal: Principal, _ body: JSONValue
    ) throws -> ProjectRef? {
        switch source {
        case .query: return try project(key: request.query("project"), permission, principal, else: "?project")
        case .path: return try project(key: parameters["p"], permission, principal, else: "")
        case .body:
            // Without a readable project there is nothing to decide, so all faults may be named.
            if body["project"]?.string == nil { try BodyReading.check(body, for: route) }
            return try project(key: body["project"]?.string, permission, principal, else: "/project")
        case .optionalQuery:
            guard let key = request.query("project"), !key.isEmpty else {
                try require(principal.isInScope(permission) ? .allowed : .forbidden, principal)
                return nil
            }
            return try project(key: key, permission, principal, else: "?project")
        case .optionalBody:
            guard let key = body["project"]?.string else {
                try require(principal.access(everywhere: permission), principal)
                return nil
            }
            return try project(key: key, permission, principal, else: "/project")
        case .owner(let kind): return try project(owning: kind, permission, principal)
        }
    }

    private func project(
        key: String?, _ permission: Permission, _ principal: Principal, else pointer: String
    ) throws -> ProjectRef {
        guard let key else { throw Problem.invalid(pointer, "is required") }
        // The credential came with the caller's own projects, so most requests ask nothing more.
        let own = principal.memberships.values.first { $0.key == key }?.ref
        guard let project = try own ?? gate.project(key) else { throw Problem(.notFound, "There is no such project.") }
        try require(principal.access(permission, in: project.id), principal, in: project.id)
        return project
    }

    private func project(
        owning kind: OwnedKind, _ permission: Permission, _ principal: Principal
    ) throws -> ProjectRef? {
        guard let id = UUIDv7(parameters["id"] ?? "") else { throw Problem(.notFound) }
        switch try gate.owner(kind, id) {
        case .project(let project):
            try require(principal.access(permission, in: project), principal, in: project)
            guard let ref = try principal.memberships[project]?.ref ?? gate.projectOfID(project) else {
                throw Problem(.notFound)
            }
            return ref
        case .everyone:
            try require(principal.access(everywhere: permission), principal)
            return nil
        case .nobody: throw Problem(.notFound)
        }
    }

    private func require(_ access: Identity.Access, _ principal: Principal, in project: ID<Project>? = nil) throws {
        switch access {
        case .allowed: return
        case .hidden: throw Problem(.notFound, "There is no such project.")
        case .forbidden:
            gate.recordRefusal(.refusal(of: route, project: project), Requester.person(principal).caller(request))
            throw Problem(.forbidden)
        }
    }
}

extension Membership {
    fileprivate var ref: ProjectRef { ProjectRef(id: project, key: key, isArchived: isArchived) }
}

extension AuditEntry {
    /// Somebody was told 403 at a route.
    static func refusal(of route: Route, project: ID<Project>?) -> AuditEntry {
        AuditEntry(
            "access.refused", "route", "\(route.method.rawValue) \(route.path)", project: project, outcome: .refused)
    }
}
