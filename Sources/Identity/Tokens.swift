package import Domain
package import MariaDB

/// An API token without its secret.
package struct TokenSummary: Hashable, Sendable {
    package let id: ID<APIToken>
    package let name: String
    package let scopes: Set<Scope>
    /// Key of the only project it may be used in.
    package let project: String?
    package let createdAt: Timestamp
    package let expiresAt: Timestamp?
    package let lastUsedAt: Timestamp?
}

/// What a new token is to be.
package struct NewToken: Sendable {
    package var name: String
    package var scopes: Set<Scope>
    package var project: ID<Project>?
    package var expiresAt: Timestamp?

    package init(name: String, scopes: Set<Scope>, project: ID<Project>? = nil, expiresAt: Timestamp? = nil) {
        self.name = name
        self.scopes = scopes
        self.project = project
        self.expiresAt = expiresAt
    }
}

/// A user's own API tokens. Everyone has the right to their own and to nobody else's.
package struct Tokens: Sendable {
    private static let maximumPerUser = 200
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// A new token of `principal`'s user; the secret is in this answer and nowhere else.
    ///
    /// A token can only make tokens that can do no more than itself, and for no longer.
    /// - Throws: `IdentityError.forbidden`, `.invalid`, `.conflict` above 200 tokens.
    package func create(
        _ new: NewToken, for principal: Principal, by caller: Caller
    ) throws -> (token: String, summary: TokenSummary) {
        let narrows = principal.onlyProject == nil || principal.onlyProject == new.project
        guard principal.isInScope(.keepOwnThings), new.scopes.isSubset(of: principal.scopes), narrows else {
            throw IdentityError.forbidden
        }
        if let project = new.project, principal.role(in: project) == nil { throw IdentityError.notFound }
        if let end = principal.expiresAt, new.expiresAt.map({ $0 > end }) ?? true {
            throw IdentityError.invalid([
                FieldFault("/expiresAt", "must not be later than \(end), when the token that makes it ends")
            ])
        }
        return try create(new, for: principal.userID, by: caller)
    }

    /// A new token of `user`, for the command line on the server.
    package func create(
        _ new: NewToken, for user: ID<User>, by caller: Caller
    ) throws -> (token: String, summary: TokenSummary) {
        let secret = "asy_" + hex(randomBytes(32))
        return try pool.transaction { tx in
            try check(new, at: tx.now)
            guard try UserStore.lock(user, tx) != nil else { throw IdentityError.notFound }
            guard try TokenStore.count(user: user, tx) < Tokens.maximumPerUser else {
                throw IdentityError.conflict("a user has at most \(Tokens.maximumPerUser) tokens")
            }
            let id = ID<APIToken>(at: tx.now)
            try TokenStore.insert(id, new, user: user, digest: sha256(secret), tx)
            guard let summary = try TokenStore.find(id, tx) else { throw IdentityError.notFound }
            let line = AuditEntry(
                "token.create", "token", id.description, project: new.project, after: summary.audited)
            try Audit.record(tx, line, by: caller)
            return (secret, summary)
        }
    }

    /// The tokens of a user that are not revoked, in the order they were made.
    package func list(user: ID<User>, cursor: String? = nil, limit: Int? = nil) throws -> Page<TokenSummary> {
        let after: ID<APIToken>? = try cursorID(cursor)
        let size = pageSize(limit)
        let rows = try pool.read { try TokenStore.page(user: user, after: after, count: size + 1, $0) }
        return Page(rows, limit: size) { $0.id.description }
    }

    /// Every token that some users ever made, ended ones too: what they started stays theirs.
    package func ids(ofUsers users: [UUIDv7]) throws -> [UUIDv7] {
        try pool.read { try TokenStore.ids(users: users, $0) }
    }

    /// Ends a token of `user`; streams of it close.
    /// - Throws: `IdentityError.notFound` for one that is unknown, revoked or somebody else's.
    package func revoke(_ id: ID<APIToken>, user: ID<User>, by caller: Caller) throws {
        try pool.transaction { tx in
            guard try TokenStore.revoke(id, user: user, tx) == 1 else { throw IdentityError.notFound }
            try Audit.record(tx, AuditEntry("token.revoke", "token", id.description), by: caller)
            try MembershipChange.write(tx, user: user, project: nil)
        }
    }

    private func check(_ new: NewToken, at now: Timestamp) throws {
        var check = FieldCheck()
        check.name(new.name)
        if new.scopes.isEmpty { check.fault("/scopes", "must name at least one scope") }
        if let expiresAt = new.expiresAt, expiresAt <= now { check.fault("/expiresAt", "must be in the future") }
        try check.finish()
    }
}

extension TokenSummary {
    fileprivate var audited: JSONValue {
        [
            "name": .string(name), "scopes": .array(scopes.sorted().map { .string($0.rawValue) }),
            "expiresAt": expiresAt.map { .string($0.description) } ?? .null,
        ]
    }
}
