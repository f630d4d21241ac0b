import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let tokens: [Route] = [
        Route(
            .get, "/api/v1/tokens", .signedIn, "List your API tokens", query: QueryParameter.paging,
            answer: AnswerDoc(200, "Tokens without their secrets.", .page("Token"))
        ) { call in
            let user = try call.principal().userID
            return try call.page(
                { try call.services.tokens.list(user: user, cursor: $0, limit: $1) }, { .object($0.members) })
        },
        Route(
            .post, "/api/v1/tokens", .signedIn, "Make an API token", body: .json(CreateTokenRequest.shape),
            answer: AnswerDoc(201, "The token; it is shown this once.", .one("NewToken"))
        ) { call in
            let request = try call.read(CreateTokenRequest.self)
            let new = NewToken(
                name: request.name, scopes: Set(request.scopes.compactMap(Scope.init)),
                project: try call.visibleProject(request.project), expiresAt: request.expiresAt)
            let (token, summary) = try call.services.tokens.create(
                new, for: try call.principal(), by: call.caller)
            var members = summary.members
            members["token"] = .string(token)
            return .created(.object(members), at: "/api/v1/tokens/\(summary.id)")
        },
        Route(
            .delete, "/api/v1/tokens/{id}", .signedIn, "Revoke one of your API tokens",
            answer: AnswerDoc(204, "Revoked; its streams close.")
        ) { call in
            try call.services.tokens.revoke(try call.id(), user: try call.principal().userID, by: call.caller)
            return .empty
        },
    ]
}

extension Call {
    /// The project with a key that the caller may see; nil for nil.
    func visibleProject(_ key: String?) throws -> ID<Project>? {
        guard let key else { return nil }
        return try services.projects.find(key: key, for: try principal()).id
    }
}
