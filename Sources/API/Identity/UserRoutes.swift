import FastCGI
import Identity
import Wire

extension Routes {
    static let users: [Route] = [
        Route(
            .get, "/api/v1/users", .admin, "List users", query: QueryParameter.paging,
            answer: AnswerDoc(200, "Users.", .page("User"))
        ) { call in
            let answer = try call.page({ try call.services.users.list(cursor: $0, limit: $1) }, \.json)
            try call.auditRead("user.read", "user", "all")
            return answer
        },
        Route(
            .post, "/api/v1/users", .admin, "Add a user", body: .json(CreateUserRequest.shape),
            answer: AnswerDoc(201, "The user.", .one("User"))
        ) { call in
            let request = try call.read(CreateUserRequest.self)
            let user = try call.services.users.create(
                email: request.email, name: request.name, password: request.password,
                isAdmin: request.admin ?? false, by: call.caller)
            return .created(user.json, at: "/api/v1/users/\(user.id)")
        },
        Route(
            .patch, "/api/v1/users/{id}", .admin, "Disable a user or set a password",
            body: .json(UpdateUserRequest.shape), answer: AnswerDoc(200, "The user.", .one("User"))
        ) { call in
            let request = try call.read(UpdateUserRequest.self)
            let user = try call.services.users.change(
                try call.id(), disabled: request.disabled, password: request.password, by: call.caller)
            return .json(user.json)
        },
    ]
}
