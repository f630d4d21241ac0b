import Domain
import MariaDB
import Support
import Testing

@testable import Identity

@Suite struct TokenTests {
    @Test func `a token speaks for its user within its scopes`() throws {
        let cast = try Cast()
        let owner = try cast.principal(of: cast.owner)
        let (secret, summary) = try cast.tokens.create(
            NewToken(name: "CI 🧪", scopes: [.read]), for: owner, by: cast.caller(cast.owner))
        #expect(secret.hasPrefix("asy_") && secret.count == 68)
        #expect(summary.lastUsedAt == nil && summary.project == nil && summary.scopes == [.read])
        let principal = try cast.authenticate.principal(bearer: secret, cookie: nil)
        #expect(principal.kind == .token)
        #expect(principal.id == summary.id.uuid)
        #expect(principal.name == "CI 🧪")
        #expect(principal.userName == "Olga")
        #expect(principal.access(.read, in: cast.demo.id) == .allowed)
        #expect(principal.access(.startExecution, in: cast.demo.id) == .forbidden)
        #expect(principal.access(.read, in: cast.other.id) == .hidden)
        let caller = principal.caller(remoteAddress: "192.0.2.9", requestID: "r9")
        #expect(caller.kind == .token && caller.userID == cast.owner.id && caller.remoteAddress == "192.0.2.9")
        try cast.logins.logOut(principal, by: caller)
        _ = try cast.authenticate.principal(bearer: secret, cookie: nil)
    }

    @Test func `only a hash of the token is stored`() throws {
        let cast = try Cast()
        let (secret, _) = try cast.tokens.create(
            NewToken(name: "t", scopes: [.write]), for: cast.owner.id, by: .system)
        let stored = try cast.pool.read { try $0.query("SELECT token_sha256 FROM api_tokens") }
        #expect(try stored.map { try $0.bytes("token_sha256") } == [sha256(secret)])
        #expect(throws: IdentityError.unauthenticated) {
            try cast.authenticate.principal(bearer: nil, cookie: secret)
        }
    }

    @Test func `revoked, expired, unknown tokens and tokens of disabled users are refused`() throws {
        let cast = try Cast()
        let now = try cast.pool.transaction { $0.now }
        let new = NewToken(name: "t", scopes: [.write], expiresAt: now.adding(ms: 60_000))
        let (first, summary) = try cast.tokens.create(new, for: cast.owner.id, by: .system)
        let principal = try cast.authenticate.principal(bearer: first, cookie: nil)
        let late = Authenticate(pool: cast.database.pool(at: now.adding(ms: 61_000)), accessTokens: cast.accessTokens)
        #expect(throws: IdentityError.unauthenticated) { try late.principal(bearer: first, cookie: nil) }
        let facts = try cast.factCount(about: cast.owner)
        try cast.tokens.revoke(summary.id, user: cast.owner.id, by: cast.caller(cast.owner))
        #expect(try cast.factCount(about: cast.owner) == facts + 1)
        #expect(throws: IdentityError.unauthenticated) { try cast.authenticate.principal(bearer: first, cookie: nil) }
        #expect(try cast.authenticate.current(principal.credential) == nil)
        let (second, _) = try cast.tokens.create(NewToken(name: "u", scopes: [.write]), for: cast.owner.id, by: .system)
        _ = try cast.users.change(cast.owner.id, disabled: true, by: cast.caller(cast.admin))
        #expect(throws: IdentityError.unauthenticated) { try cast.authenticate.principal(bearer: second, cookie: nil) }
        for text in hostileTexts.map({ "asy_" + $0 }) {
            #expect(throws: IdentityError.unauthenticated) {
                try cast.authenticate.principal(bearer: text, cookie: nil)
            }
        }
    }

    @Test func `a token of one project is a stranger elsewhere, an admin's too`() throws {
        let cast = try Cast()
        let (secret, summary) = try cast.tokens.create(
            NewToken(name: "t", scopes: [.write], project: cast.demo.id), for: cast.admin.id, by: .system)
        #expect(summary.project == "demo")
        let principal = try cast.authenticate.principal(bearer: secret, cookie: nil)
        #expect(principal.access(.editCatalog, in: cast.demo.id) == .allowed)
        #expect(principal.access(.read, in: cast.other.id) == .hidden)
        #expect(principal.access(everywhere: .administer) == .forbidden)
        #expect(try cast.projects.list(for: principal).items.map(\.key) == ["demo"])
    }

    @Test func `a token makes no token that can do more than itself`() throws {
        let cast = try Cast()
        let (narrow, _) = try cast.tokens.create(
            NewToken(name: "t", scopes: [.write, .read], project: cast.demo.id), for: cast.owner.id, by: .system)
        let principal = try cast.authenticate.principal(bearer: narrow, cookie: nil)
        let caller = cast.caller(cast.owner)
        _ = try cast.tokens.create(
            NewToken(name: "a", scopes: [.read], project: cast.demo.id), for: principal, by: caller)
        #expect(throws: IdentityError.forbidden) {
            try cast.tokens.create(NewToken(name: "a", scopes: [.read]), for: principal, by: caller)
        }
        #expect(throws: IdentityError.forbidden) {
            try cast.tokens.create(
                NewToken(name: "a", scopes: [.agent], project: cast.demo.id), for: principal, by: caller)
        }
        let (reader, _) = try cast.tokens.create(NewToken(name: "r", scopes: [.read]), for: cast.owner.id, by: .system)
        let readOnly = try cast.authenticate.principal(bearer: reader, cookie: nil)
        #expect(throws: IdentityError.forbidden) {
            try cast.tokens.create(NewToken(name: "a", scopes: [.read]), for: readOnly, by: caller)
        }
        let owner = try cast.principal(of: cast.owner)
        #expect(throws: IdentityError.notFound) {
            try cast.tokens.create(NewToken(name: "a", scopes: [.read], project: cast.other.id), for: owner, by: caller)
        }
    }

    @Test func `a token makes no token that outlives it`() throws {
        let cast = try Cast()
        let end = try cast.pool.transaction { $0.now }.adding(ms: 3_600_000)
        let (short, _) = try cast.tokens.create(
            NewToken(name: "t", scopes: [.write], expiresAt: end), for: cast.owner.id, by: .system)
        let principal = try cast.authenticate.principal(bearer: short, cookie: nil)
        #expect(principal.expiresAt == end)
        let fault = FieldFault("/expiresAt", "must not be later than \(end), when the token that makes it ends")
        for expiresAt in [nil, end.adding(ms: 1)] {
            #expect(throws: IdentityError.invalid([fault])) {
                try cast.tokens.create(
                    NewToken(name: "a", scopes: [.write], expiresAt: expiresAt), for: principal,
                    by: cast.caller(cast.owner))
            }
        }
        let (heir, _) = try cast.tokens.create(
            NewToken(name: "a", scopes: [.write], expiresAt: end), for: principal, by: cast.caller(cast.owner))
        #expect(try cast.authenticate.principal(bearer: heir, cookie: nil).expiresAt == end)
        // A login does not end its tokens.
        _ = try cast.tokens.create(
            NewToken(name: "b", scopes: [.write]), for: try cast.principal(of: cast.owner), by: cast.caller(cast.owner))
    }

    @Test func `wishes are checked`() throws {
        let cast = try Cast()
        let past = Timestamp(milliseconds: 0)
        #expect(
            throws: IdentityError.invalid([
                FieldFault("/name", "must be one line that is not blank"),
                FieldFault("/scopes", "must name at least one scope"),
                FieldFault("/expiresAt", "must be in the future"),
            ])
        ) { try cast.tokens.create(NewToken(name: " ", scopes: [], expiresAt: past), for: cast.owner.id, by: .system) }
        let nobody = ID<User>(at: past)
        #expect(throws: IdentityError.notFound) {
            try cast.tokens.create(NewToken(name: "t", scopes: [.read]), for: nobody, by: .system)
        }
        #expect(throws: IdentityError.notFound) {
            try cast.tokens.create(
                NewToken(name: "t", scopes: [.read], project: ID(at: past)), for: cast.owner.id, by: .system)
        }
    }

    @Test func `use is noted at most once a minute`() throws {
        let cast = try Cast()
        let (secret, summary) = try cast.tokens.create(
            NewToken(name: "t", scopes: [.read]), for: cast.owner.id, by: .system)
        let start = summary.createdAt
        func use(after ms: Int64) throws -> Timestamp? {
            let pool = cast.database.pool(at: start.adding(ms: ms))
            _ = try Authenticate(pool: pool, accessTokens: cast.accessTokens).principal(bearer: secret, cookie: nil)
            return try cast.tokens.list(user: cast.owner.id).items.first?.lastUsedAt
        }
        #expect(try use(after: 1000) == start.adding(ms: 1000))
        #expect(try use(after: 60_999) == start.adding(ms: 1000))
        #expect(try use(after: 61_000) == start.adding(ms: 61_000))
    }

    @Test func `everyone lists and revokes their own tokens only`() throws {
        let cast = try Cast()
        let made = try (1...3).map {
            try cast.tokens.create(NewToken(name: "t\($0)", scopes: [.read]), for: cast.owner.id, by: .system).summary
        }.sorted { $0.id < $1.id }
        let page = try cast.tokens.list(user: cast.owner.id, limit: 2)
        #expect(page.items == Array(made.prefix(2)) && page.nextCursor != nil)
        #expect(try cast.tokens.list(user: cast.owner.id, cursor: page.nextCursor, limit: 2).items == [made[2]])
        #expect(try cast.tokens.list(user: cast.member.id).items.isEmpty)
        #expect(throws: IdentityError.notFound) {
            try cast.tokens.revoke(made[0].id, user: cast.member.id, by: cast.caller(cast.member))
        }
        #expect(throws: IdentityError.invalid([FieldFault("/cursor", "is not a cursor of this list")])) {
            try cast.tokens.list(user: cast.owner.id, cursor: "'; --")
        }
    }

    @Test func `a user has at most 200 tokens`() throws {
        let cast = try Cast()
        for index in 0..<200 {
            _ = try cast.tokens.create(NewToken(name: "t\(index)", scopes: [.read]), for: cast.owner.id, by: .system)
        }
        #expect(throws: IdentityError.conflict("a user has at most 200 tokens")) {
            try cast.tokens.create(NewToken(name: "t", scopes: [.read]), for: cast.owner.id, by: .system)
        }
    }
}
