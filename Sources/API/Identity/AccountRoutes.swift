import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    /// One's own account, and the links by which others get a password.
    static let account: [Route] = [
        Route(
            .patch, "/api/v1/auth/me", .signedIn, "Change your name", body: .json(RenameRequest.shape),
            answer: AnswerDoc(200, "You.", .one("User"))
        ) { call in
            let name = try call.read(RenameRequest.self).name
            return .json(
                try call.services.ownAccount.rename(try call.principal().userID, to: name, by: call.caller).json)
        },
        Route(
            .put, "/api/v1/auth/password", .signedIn, "Change your password",
            body: .json(ChangePasswordRequest.shape), answer: AnswerDoc(204, "Changed; your other logins have ended.")
        ) { call in
            let request = try call.read(ChangePasswordRequest.self)
            try call.services.ownAccount.changePassword(
                try call.principal(), current: request.currentPassword, new: request.password, by: call.caller)
            return .empty
        },
        Route(
            .get, "/api/v1/auth/sessions", .signedIn, "List your logins",
            answer: AnswerDoc(200, "Open logins, the newest first.", .page("LoginSession"))
        ) { call in
            let principal = try call.principal()
            return .page(
                try call.services.ownAccount.logins(of: principal.userID).map {
                    $0.json(isCurrent: principal.credential == .session($0.id))
                })
        },
        Route(
            .delete, "/api/v1/auth/sessions/{id}", .signedIn, "End one of your logins",
            answer: AnswerDoc(204, "Ended; its streams close.")
        ) { call in
            try call.services.ownAccount.endLogin(try call.id(), of: try call.principal().userID, by: call.caller)
            return .empty
        },
        Route(
            .post, "/api/v1/users/{id}/password-link", .admin, "Make a link by which a user sets a password",
            answer: AnswerDoc(201, "The link; it is shown this once.", .one("PasswordLink"))
        ) { call in
            let link = try call.services.passwordLinks.issue(for: try call.id(), by: call.caller)
            return .json(
                [
                    "token": .string(link.token), "path": .string("/welcome#\(link.token)"),
                    "expiresAt": .time(link.expiresAt),
                ], status: 201, headers: [("Cache-Control", "no-store")])
        },
        Route(
            .post, "/api/v1/auth/password-links/redemption", .anyone, "Set a password by a link",
            body: .json(RedeemLinkRequest.shape),
            answer: AnswerDoc(200, "Whose password it is now; log in with it.", .one("User"))
        ) { call in
            let request = try call.read(RedeemLinkRequest.self)
            return .json(
                try call.services.passwordLinks.redeem(request.token, password: request.password, by: call.caller).json)
        },
    ]
}

extension LoginSummary {
    fileprivate func json(isCurrent: Bool) -> JSONValue {
        [
            "id": .id(id), "remoteAddress": .string(remoteAddress), "createdAt": .time(createdAt),
            "refreshedAt": .time(refreshedAt), "expiresAt": .time(expiresAt), "current": .bool(isCurrent),
        ]
    }
}
