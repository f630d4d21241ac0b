import Domain
package import Executions
import FastCGI
package import Identity

extension StreamAccess {
    /// Answers by the tables of identity and of agents.
    package init(authenticate: Authenticate, projects: Projects, sessions: OpenSession, audit: Audit) {
        let pace = AuditPace()
        self.init(
            principal: { request in
                guard
                    let principal = try known({
                        try authenticate.principal(bearer: request.bearer, cookie: request.cookie("assay_access"))
                    })
                else { return nil }
                var opening = StreamPrincipal(principal)
                opening.caller = principal.caller(remoteAddress: request.remoteAddress, requestID: request.id)
                return opening
            },
            current: { credentials in try authenticate.current(credentials).mapValues(StreamPrincipal.init) },
            project: { key in try known { try projects.find(key: key).id } },
            agent: { request in try request.bearer.flatMap { try sessions.authenticate(credential: $0) } },
            // A refusal is answered even when it cannot be written down.
            refused: { try? audit.note($0, by: $1, pace: pace) })
    }
}

extension StreamPrincipal {
    /// A stream lives longer than an access token: what is looked at again is the login session or the API token.
    fileprivate init(_ principal: Principal) {
        self.init(user: principal.userID, credential: principal.credential) { principal.access(.read, in: $0) }
    }
}

/// nil where identity says that something is not there or not valid; other failures go on.
private func known<T>(_ body: () throws -> T) throws -> T? {
    do {
        return try body()
    } catch is IdentityError {
        return nil
    }
}

extension Request {
    /// The token of `Authorization: Bearer …`.
    fileprivate var bearer: String? {
        guard let value = header("authorization"), value.prefix(7).lowercased() == "bearer " else { return nil }
        return String(value.dropFirst(7))
    }

    fileprivate func cookie(_ name: String) -> String? {
        for pair in header("cookie")?.split(separator: ";") ?? [] {
            let halves = pair.split(separator: "=", maxSplits: 1)
            if halves.count == 2, halves[0].drop(while: { $0 == " " }) == name { return String(halves[1]) }
        }
        return nil
    }
}
