import API
import Domain
import EventStream
import Executions
import FastCGI
import Identity
import MariaDB

extension StreamAccess {
    /// Streams ask the same questions as the REST door, of the same rows.
    static func identity(_ parts: ServerParts) throws -> StreamAccess {
        let pool = parts.pool
        let authenticate = Authenticate(pool: pool, accessTokens: AccessTokens(try parts.keys()))
        let projects = Projects(pool: pool)
        let sessions = OpenSession(pool: pool)
        return StreamAccess(
            principal: { request in
                let bearer = request.bearer
                do {
                    let found = try authenticate.principal(
                        bearer: bearer, cookie: bearer == nil ? SessionCookie.access.value(in: request) : nil)
                    return StreamPrincipal(found, authenticate)
                } catch IdentityError.unauthenticated {
                    return nil
                }
            },
            project: { key in
                do {
                    return try projects.find(key: key).id
                } catch IdentityError.notFound {
                    return nil
                }
            },
            agent: { request in try request.bearer.flatMap { try sessions.authenticate(credential: $0) } })
    }
}

extension StreamPrincipal {
    /// A stream lives longer than an access token: what is looked at again is the login session or the API token.
    fileprivate init(_ principal: Principal, _ authenticate: Authenticate) {
        self.init(
            user: principal.userID,
            mayRead: { principal.access(.read, in: $0) == .allowed },
            refresh: { try authenticate.current(principal.credential).map { StreamPrincipal($0, authenticate) } })
    }
}

extension Request {
    fileprivate var bearer: String? {
        guard let value = header("authorization"), value.prefix(7).lowercased() == "bearer " else { return nil }
        return String(value.dropFirst(7))
    }
}
