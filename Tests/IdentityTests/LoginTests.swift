import Domain
import MariaDB
import Support
import Testing

@testable import Identity

@Suite struct LoginTests {
    @Test func `a right password opens a session whose token authenticates`() throws {
        let cast = try Cast()
        let login = try cast.logins.logIn(email: " OWNER@example.test ", password: Cast.password, from: cast.door)
        let principal = try cast.authenticate.principal(bearer: login.accessToken, cookie: nil)
        #expect(principal.userID == cast.owner.id)
        #expect(principal.credential == .session(login.session))
        #expect(principal.kind == .user)
        #expect(principal.name == "Olga")
        #expect(principal.memberships[cast.demo.id]?.role == .testManager)
        #expect(principal.memberships[cast.demo.id]?.key == "demo")
        #expect(try cast.authenticate.principal(bearer: nil, cookie: login.accessToken) == principal)
        #expect(try cast.authenticate.current(principal.credential) == principal)
        let now = try cast.pool.transaction { $0.now }
        #expect(abs(login.accessExpiresAt.milliseconds(since: now) - AccessTokens.lifetimeMs) < 60_000)
        #expect(login.refreshExpiresAt.milliseconds(since: now) > 29 * 86_400_000)
        #expect(login.user.email == "owner@example.test")
        #expect(try cast.actions().first == "login")
    }

    @Test func `wrong passwords, unknown e-mails and disabled users get one answer and a line each`() throws {
        let cast = try Cast()
        _ = try cast.users.change(cast.member.id, disabled: true, by: cast.caller(cast.admin))
        for (email, password) in [
            (cast.owner.email, "wrong"), ("nobody@example.test", Cast.password), (cast.member.email, Cast.password),
            (cast.owner.email, ""), ("", ""), ("ö@example.test", "x"),
        ] {
            #expect(throws: IdentityError.invalidCredentials) {
                try cast.logins.logIn(email: email, password: password, from: cast.door)
            }
        }
        let refused = try cast.audit.list(project: nil, cursor: nil, limit: nil).items.filter {
            $0.entry.outcome == .refused
        }
        #expect(refused.count == 6)
        #expect(
            refused.allSatisfy {
                $0.actorKind == .anonymous && $0.remoteAddress == "192.0.2.1" && $0.requestID == "req-1"
            })
        #expect(refused.contains { $0.entry.targetID == "nobody@example.test" })
    }

    @Test func `hostile e-mails and passwords are only wrong`() throws {
        let cast = try Cast()
        let logins = Logins(
            pool: cast.pool, hasher: cast.hasher, accessTokens: cast.accessTokens,
            limits: LoginLimits(perAccountAndAddress: 100, perAddress: 1000))
        for text in hostileTexts {
            #expect(throws: IdentityError.invalidCredentials) {
                try logins.logIn(email: text, password: "x", from: cast.door)
            }
            #expect(throws: IdentityError.invalidCredentials) {
                try logins.logIn(email: cast.owner.email, password: text, from: cast.door)
            }
        }
        #expect(try cast.users.list().items.count == 4)
    }

    @Test func `too many attempts for one e-mail are refused whatever the password`() throws {
        let cast = try Cast()
        let limits = LoginLimits(perAccountAndAddress: 3, perAddress: 100, windowMs: 60_000)
        let start = try cast.pool.transaction { $0.now }
        let pool = cast.database.pool(at: start)
        let logins = Logins(pool: pool, hasher: cast.hasher, accessTokens: cast.accessTokens, limits: limits)
        for _ in 0..<3 {
            #expect(throws: IdentityError.invalidCredentials) {
                try logins.logIn(email: cast.owner.email, password: "wrong", from: cast.door)
            }
        }
        for _ in 0..<2 {
            #expect(throws: IdentityError.rateLimited(retryAfterSeconds: 60)) {
                try logins.logIn(email: cast.owner.email, password: Cast.password, from: cast.door)
            }
        }
        #expect(try cast.actions().count { $0 == "login.limited" } == 1)
        _ = try logins.logIn(email: cast.member.email, password: Cast.password, from: cast.door)
        // Somebody who guesses elsewhere locks nobody out here.
        let elsewhere = Caller.anonymous(remoteAddress: "2001:db8::7", requestID: "")
        _ = try logins.logIn(email: cast.owner.email, password: Cast.password, from: elsewhere)
        let later = Logins(
            pool: cast.database.pool(at: start.adding(ms: 60_000)), hasher: cast.hasher,
            accessTokens: cast.accessTokens, limits: limits)
        _ = try later.logIn(email: cast.owner.email, password: Cast.password, from: cast.door)
    }

    @Test func `many addresses that guess at one account meet a slower limit`() throws {
        let cast = try Cast()
        let start = try cast.pool.transaction { $0.now }
        let limits = LoginLimits(
            perAccountAndAddress: 2, perAddress: 100, windowMs: 60_000, perAccount: 5, accountWindowMs: 3_600_000)
        func logins(afterMs: Int64) -> Logins {
            Logins(
                pool: cast.database.pool(at: start.adding(ms: afterMs)), hasher: cast.hasher,
                accessTokens: cast.accessTokens, limits: limits)
        }
        func guess(_ number: Int, _ password: String = "wrong", afterMs: Int64 = 0) throws {
            let from = Caller.anonymous(remoteAddress: "198.51.100.\(number)", requestID: "")
            _ = try logins(afterMs: afterMs).logIn(email: cast.owner.email, password: password, from: from)
        }
        // A right password takes nothing of what the account has left.
        for number in 0..<6 { try guess(number, Cast.password) }
        for number in 10..<15 {
            #expect(throws: IdentityError.invalidCredentials) { try guess(number) }
        }
        #expect(throws: IdentityError.rateLimited(retryAfterSeconds: 3600)) { try guess(15, Cast.password) }
        #expect(throws: IdentityError.rateLimited(retryAfterSeconds: 3540)) {
            try guess(15, Cast.password, afterMs: 60_000)
        }
        try guess(15, Cast.password, afterMs: 3_600_000)
        // One address alone is stopped before it can use the account up.
        for _ in 0..<20 { #expect(throws: IdentityError.self) { try guess(20, afterMs: 3_600_001) } }
        try guess(21, Cast.password, afterMs: 3_600_001)
    }

    @Test func `too many attempts from one address are refused, a right password resets the e-mail only`() throws {
        let cast = try Cast()
        let logins = Logins(
            pool: cast.pool, hasher: cast.hasher, accessTokens: cast.accessTokens,
            limits: LoginLimits(perAccountAndAddress: 2, perAddress: 5))
        for _ in 0..<2 {
            #expect(throws: IdentityError.invalidCredentials) {
                try logins.logIn(email: cast.owner.email, password: "wrong", from: cast.door)
            }
            #expect(throws: Never.self) {
                try logins.logIn(email: cast.member.email, password: Cast.password, from: cast.door)
            }
        }
        _ = try logins.logIn(email: cast.member.email, password: Cast.password, from: cast.door)
        #expect(throws: IdentityError.self) {
            try logins.logIn(email: cast.member.email, password: Cast.password, from: cast.door)
        }
        let elsewhere = Caller.anonymous(remoteAddress: "2001:db8::1", requestID: "")
        _ = try logins.logIn(email: cast.member.email, password: Cast.password, from: elsewhere)
    }

    @Test func `a refresh hands out a new pair and uses the old token up`() throws {
        let cast = try Cast()
        let first = try cast.logIn(cast.owner)
        let token = try #require(first.refreshToken)
        let second = try cast.logins.refresh(token, from: cast.door)
        #expect(second.session == first.session)
        #expect(second.refreshToken != nil && second.refreshToken != token)
        _ = try cast.authenticate.principal(bearer: second.accessToken, cookie: nil)
        let third = try cast.logins.refresh(try #require(second.refreshToken), from: cast.door)
        #expect(third.session == first.session)
    }

    @Test func `a second use soon after is another tab, later it is theft and ends the login`() throws {
        let cast = try Cast()
        let first = try cast.logIn(cast.owner)
        let token = try #require(first.refreshToken)
        let second = try cast.logins.refresh(token, from: cast.door)
        let tab = try cast.logins.refresh(token, from: cast.door)
        #expect(tab.refreshToken == nil)
        _ = try cast.authenticate.principal(bearer: tab.accessToken, cookie: nil)
        let before = try cast.factCount(about: cast.owner)
        let now = try cast.pool.transaction { $0.now }
        let late = Logins(
            pool: cast.database.pool(at: now.adding(ms: Logins.reuseGraceMs + 5000)), hasher: cast.hasher,
            accessTokens: cast.accessTokens)
        #expect(throws: IdentityError.unauthenticated) { try late.refresh(token, from: cast.door) }
        #expect(throws: IdentityError.unauthenticated) {
            try cast.logins.refresh(try #require(second.refreshToken), from: cast.door)
        }
        #expect(throws: IdentityError.unauthenticated) {
            try cast.authenticate.principal(bearer: second.accessToken, cookie: nil)
        }
        #expect(try cast.factCount(about: cast.owner) == before + 1)
        #expect(try cast.actions().contains("login.reuse"))
    }

    @Test func `unknown, expired and foreign refresh tokens are refused`() throws {
        let cast = try Cast()
        let login = try cast.logIn(cast.owner)
        for text in hostileTexts + [login.accessToken, "asr_" + String(repeating: "0", count: 64)] {
            #expect(throws: IdentityError.unauthenticated) { try cast.logins.refresh(text, from: cast.door) }
        }
        let now = try cast.pool.transaction { $0.now }
        let late = Logins(
            pool: cast.database.pool(at: now.adding(ms: Logins.lifetimeMs + 1000)), hasher: cast.hasher,
            accessTokens: cast.accessTokens)
        #expect(throws: IdentityError.unauthenticated) {
            try late.refresh(try #require(login.refreshToken), from: cast.door)
        }
    }

    @Test func `logout ends the session at once and tells the hubs`() throws {
        let cast = try Cast()
        let login = try cast.logIn(cast.owner)
        let other = try cast.logIn(cast.owner)
        let principal = try cast.authenticate.principal(bearer: login.accessToken, cookie: nil)
        let before = try cast.factCount(about: cast.owner)
        try cast.logins.logOut(principal, by: cast.caller(cast.owner))
        try cast.logins.logOut(principal, by: cast.caller(cast.owner))
        #expect(try cast.factCount(about: cast.owner) == before + 1)
        #expect(throws: IdentityError.unauthenticated) {
            try cast.authenticate.principal(bearer: login.accessToken, cookie: nil)
        }
        #expect(try cast.authenticate.current(principal.credential) == nil)
        #expect(throws: IdentityError.unauthenticated) {
            try cast.logins.refresh(try #require(login.refreshToken), from: cast.door)
        }
        _ = try cast.authenticate.principal(bearer: other.accessToken, cookie: nil)
    }

    @Test func `what ended long ago is purged with its refresh tokens`() throws {
        let cast = try Cast()
        let login = try cast.logIn(cast.owner)
        #expect(try cast.logins.purge() == 0)
        let now = try cast.pool.transaction { $0.now }
        let late = Logins(
            pool: cast.database.pool(at: now.adding(ms: Logins.lifetimeMs + 2 * 86_400_000)), hasher: cast.hasher,
            accessTokens: cast.accessTokens)
        #expect(try late.purge() == 2)
        #expect(throws: IdentityError.unauthenticated) {
            try cast.logins.refresh(try #require(login.refreshToken), from: cast.door)
        }
    }
}
