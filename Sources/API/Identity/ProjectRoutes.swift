import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let projects: [Route] = [
        Route(
            .get, "/api/v1/projects", .signedIn, "List the projects you belong to", query: QueryParameter.paging,
            answer: AnswerDoc(200, "Projects.", .page("Project"))
        ) { call in
            let principal = try call.principal()
            return try call.page(
                { try call.services.projects.list(for: principal, cursor: $0, limit: $1) }, \.json)
        },
        Route(
            .post, "/api/v1/projects", .admin, "Add a project", body: .json(CreateProjectRequest.shape),
            answer: AnswerDoc(201, "The project.", .one("Project"))
        ) { call in
            let request = try call.read(CreateProjectRequest.self)
            let project = try call.services.projects.create(key: request.key, name: request.name, by: call.caller)
            return .created(project.json, at: "/api/v1/projects/\(project.key)")
        },
        Route(
            .get, "/api/v1/projects/{p}", .project(.read, .path), "Show a project",
            answer: AnswerDoc(200, "The project.", .one("Project"))
        ) { call in
            .json(try call.services.projects.find(try call.project()).json)
        },
        Route(
            .get, "/api/v1/projects/{p}/members", .project(.read, .path), "List the members of a project",
            query: QueryParameter.paging, answer: AnswerDoc(200, "Members.", .page("Member"))
        ) { call in
            let project = try call.project()
            return try call.page(
                { try call.services.members.list(project: project, cursor: $0, limit: $1) }, \.json)
        },
        Route(
            .put, "/api/v1/projects/{p}/members/{userId}", .project(.manageMembers, .path),
            "Add a member or change the role", body: .json(SetMemberRequest.shape),
            answer: AnswerDoc(200, "The member.", .one("Member"))
        ) { call in
            let request = try call.read(SetMemberRequest.self)
            guard let role = Role(rawValue: request.role) else { throw Problem.invalid("/role", "is not a role") }
            let member = try call.services.members.put(
                try call.id("userId"), role: role, project: try call.project(), by: call.caller)
            return .json(member.json)
        },
        Route(
            .delete, "/api/v1/projects/{p}/members/{userId}", .project(.manageMembers, .path), "Remove a member",
            answer: AnswerDoc(204, "Removed; the member's streams of this project close.")
        ) { call in
            try call.services.members.remove(try call.id("userId"), project: try call.project(), by: call.caller)
            return .empty
        },
        Route(
            .get, "/api/v1/audit", .admin, "Read the audit log",
            query: [
                .anyProject,
                QueryParameter("action", .text(1...64), "This action, or all of a family: `user`, `execution.cancel`."),
                QueryParameter("outcome", .words(["done", "refused"]), "Only these."),
                QueryParameter("actor", .id, "Only what this user or token did."),
                QueryParameter("target", .text(1...255), "Only what was done to this."),
                QueryParameter("from", .time, "Then or later."), QueryParameter("to", .time, "Before."),
            ] + QueryParameter.paging, answer: AnswerDoc(200, "Lines, newest first.", .page("AuditLine"))
        ) { call in
            var filter = AuditFilter(project: try call.visibleProject(call.query.text("project")))
            filter.action = call.query.text("action")
            filter.outcome = call.query.text("outcome").flatMap(AuditEntry.Outcome.init)
            filter.actor = call.query.text("actor").flatMap { UUIDv7($0) }
            filter.target = call.query.text("target")
            (filter.from, filter.to) = (call.query.time("from"), call.query.time("to"))
            let keys = ProjectKeys(call.services.projects)
            return try call.page(
                { try call.services.audit.list(filter, cursor: $0, limit: $1) },
                { $0.json(project: try keys.key(of: $0.entry.project)) })
        },
    ]
}

/// Looks up each project's key once for a page.
final class ProjectKeys {
    private let projects: Projects
    private var keys: [ID<Project>: String] = [:]

    init(_ projects: Projects) { self.projects = projects }

    func key(of project: ID<Project>?) throws -> String? {
        guard let project else { return nil }
        if let known = keys[project] { return known }
        let key = try projects.find(project).key
        keys[project] = key
        return key
    }
}
