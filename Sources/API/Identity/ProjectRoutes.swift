import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let projects: [Route] = [
        Route(
            .get, "/api/v1/projects", .signedIn, "List the projects you belong to",
            query: [QueryParameter("archived", .boolean, "Only those that are put away, or only the others.")]
                + QueryParameter.paging,
            answer: AnswerDoc(200, "Projects.", .page("Project"))
        ) { call in
            let principal = try call.principal()
            return try call.page(
                {
                    try call.services.projects.list(
                        for: principal, archived: call.query.flag("archived"), cursor: $0, limit: $1)
                }, \.json)
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
            .post, "/api/v1/projects/{p}/archive", .project(.administer, .path), "Put a project away",
            body: .json(ArchiveRequest.shape),
            answer: AnswerDoc(200, "The project; it can be read, nothing starts or changes in it.", .one("Project"))
        ) { call in
            let key = try call.projectKey()
            guard try call.read(ArchiveRequest.self).key == key else {
                throw Problem.invalid("/key", "is not the key of this project, which is \(key)")
            }
            return .json(try call.services.projects.archive(try call.project(), by: call.caller).json)
        },
        Route(
            .delete, "/api/v1/projects/{p}/archive", .project(.administer, .path), "Take a project out of the archive",
            answer: AnswerDoc(200, "The project.", .one("Project"))
        ) { call in
            .json(try call.services.projects.archive(try call.project(), false, by: call.caller).json)
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
    ]
}
