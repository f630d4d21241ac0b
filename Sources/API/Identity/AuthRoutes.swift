import Domain
import FastCGI
import Identity
import Wire

extension Routes {
    static let auth: [Route] = [
        Route(
            .post, "/api/v1/auth/login", .anyone, "Log in with e-mail and password",
            body: .json(LoginRequest.shape),
            answer: AnswerDoc(200, "A token, and cookies for a browser.", .one("Login"))
        ) { call in
            let request = try call.read(LoginRequest.self)
            let login = try call.services.logins.logIn(
                email: request.email, password: request.password, from: call.caller)
            let principal = try call.services.authenticate.principal(bearer: login.accessToken, cookie: nil)
            return call.answer(login, user: principal.json)
        },
        Route(
            .post, "/api/v1/auth/refresh", .anyone, "Get a new token for the refresh cookie",
            answer: AnswerDoc(200, "A token, and cookies for a browser.", .one("Login")), checksOrigin: true
        ) { call in
            guard let token = SessionCookie.refresh.value(in: call.request) else { throw Problem(.unauthenticated) }
            return call.answer(try call.services.logins.refresh(token, from: call.caller), user: nil)
        },
        Route(
            .post, "/api/v1/auth/logout", .signedIn, "End the login session", answer: AnswerDoc(204, "Logged out.")
        ) { call in
            try call.services.logins.logOut(try call.principal(), by: call.caller)
            let isSecure = call.request.isSecure
            return Response(
                status: 204,
                headers: [SessionCookie.access, .refresh].map { ("Set-Cookie", $0.clearing(isSecure: isSecure)) })
        },
        Route(
            .get, "/api/v1/auth/me", .signedIn, "Show who you are",
            answer: AnswerDoc(200, "You and your projects.", .one("Me"))
        ) { call in .json(["user": try call.principal().json]) },
    ]
}

extension Call {
    /// The tokens of a login as JSON for scripts and as cookies for browsers.
    fileprivate func answer(_ login: Login, user: JSONValue?) -> Response {
        var members: [String: JSONValue] = [
            "token": .string(login.accessToken), "expiresAt": .time(login.accessExpiresAt),
        ]
        members["user"] = user
        var headers = [
            ("Set-Cookie", cookie(.access, login.accessToken, until: login.accessExpiresAt)),
            ("Cache-Control", "no-store"),
        ]
        if let refresh = login.refreshToken {
            headers.append(("Set-Cookie", cookie(.refresh, refresh, until: login.refreshExpiresAt)))
        }
        return .json(.object(members), headers: headers)
    }

    private func cookie(_ cookie: SessionCookie, _ value: String, until end: Timestamp) -> String {
        let seconds = max(0, end.milliseconds(since: now) / 1000)
        return cookie.setting(value, maximumAgeSeconds: seconds, isSecure: request.isSecure)
    }
}
