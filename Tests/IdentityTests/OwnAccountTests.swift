import Domain
import MariaDB
import Testing

@testable import Identity

@Suite struct OwnAccountTests {
    private let cast: Cast
    private let account: OwnAccount
    private let links: PasswordLinks

    init() throws {
        cast = try Cast()
        account = OwnAccount(pool: cast.pool, hasher: cast.hasher)
        links = PasswordLinks(pool: cast.pool, hasher: cast.hasher)
    }

    private func logIn(_ password: String = Cast.password) throws -> (login: Login, principal: Principal) {
        let login = try cast.logins.logIn(email: cast.member.email, password: password, from: cast.door)
        return (login, try cast.authenticate.principal(bearer: login.accessToken, cookie: nil))
    }

    private func isOpen(_ login: Login) -> Bool {
        (try? cast.authenticate.principal(bearer: login.accessToken, cookie: nil)) != nil
    }

    @Test func `a new password ends the other logins and keeps this one`() throws {
        let (other, _) = try logIn()
        let (mine, me) = try logIn()
        try account.changePassword(me, current: Cast.password, new: "a better one", by: cast.caller(cast.member))
        #expect(isOpen(mine) && !isOpen(other))
        #expect(throws: IdentityError.invalidCredentials) { try logIn() }
        #expect(isOpen(try logIn("a better one").login))
        let line = try #require(
            try cast.audit.list(project: nil, cursor: nil, limit: nil).items.first {
                $0.entry.action == "user.password"
            })
        #expect(line.actorID == cast.member.id.uuid && line.entry.after == ["by": "owner"])
    }

    @Test func `the old password is needed, and guessing it is limited`() throws {
        let (_, me) = try logIn()
        let caller = cast.caller(cast.member)
        #expect(throws: IdentityError.invalid([FieldFault("/currentPassword", "is not your password")])) {
            try account.changePassword(me, current: "wrong", new: "a better one", by: caller)
        }
        #expect(throws: IdentityError.invalid([FieldFault("/password", "must be at least 8 characters")])) {
            try account.changePassword(me, current: Cast.password, new: "short", by: caller)
        }
        var isLimited = false
        for _ in 0..<20 where !isLimited {
            do {
                try account.changePassword(me, current: "wrong", new: "a better one", by: caller)
            } catch IdentityError.rateLimited { isLimited = true } catch IdentityError.invalid {}
        }
        #expect(isLimited)
    }

    @Test func `people see and end their own logins and nobody else's`() throws {
        let (mine, me) = try logIn()
        let (other, _) = try logIn()
        let theirs = try cast.logins.logIn(email: cast.owner.email, password: Cast.password, from: cast.door)
        #expect(try account.logins(of: me.userID).map(\.id) == [other.session, mine.session])
        #expect(throws: IdentityError.notFound) {
            try account.endLogin(theirs.session, of: me.userID, by: cast.caller(cast.member))
        }
        try account.endLogin(other.session, of: me.userID, by: cast.caller(cast.member))
        #expect(isOpen(theirs) && isOpen(mine) && !isOpen(other))
        #expect(try account.logins(of: me.userID).map(\.id) == [mine.session])
        #expect(throws: IdentityError.notFound) {
            try account.endLogin(other.session, of: me.userID, by: cast.caller(cast.member))
        }
    }

    @Test func `a name changes and is checked`() throws {
        let caller = cast.caller(cast.member)
        #expect(try account.rename(cast.member.id, to: "Maxime", by: caller).name == "Maxime")
        #expect(throws: IdentityError.self) { try account.rename(cast.member.id, to: "", by: caller) }
        #expect(try cast.users.find(cast.member.id).name == "Maxime")
    }

    @Test func `somebody invited sets a password by the link, once`() throws {
        let new = try cast.users.create(
            email: "new@example.test", name: "New", password: nil, by: cast.caller(cast.admin))
        #expect(throws: IdentityError.invalidCredentials) {
            try cast.logins.logIn(email: new.email, password: "", from: cast.door)
        }
        let link = try links.issue(for: new.id, by: cast.caller(cast.admin))
        #expect(throws: IdentityError.invalid([FieldFault("/password", "must be at least 8 characters")])) {
            try links.redeem(link.token, password: "short", by: cast.door)
        }
        #expect(try links.redeem(link.token, password: "my own words", by: cast.door) == new)
        _ = try cast.logins.logIn(email: new.email, password: "my own words", from: cast.door)
        #expect(throws: IdentityError.self) { try links.redeem(link.token, password: "another one", by: cast.door) }
        let kept = try cast.pool.read { try $0.query("SELECT user_id FROM password_links").count }
        #expect(kept == 0)
    }

    @Test func `a reset ends open logins, a newer link replaces the older, an old one expires`() throws {
        let (open, _) = try logIn()
        let admin = cast.caller(cast.admin)
        let first = try links.issue(for: cast.member.id, by: admin)
        let second = try links.issue(for: cast.member.id, by: admin)
        #expect(throws: IdentityError.self) { try links.redeem(first.token, password: "my own words", by: cast.door) }
        #expect(isOpen(open), "asking for a link ends nothing")
        _ = try links.redeem(second.token, password: "my own words", by: cast.door)
        #expect(!isOpen(open))
        let third = try links.issue(for: cast.member.id, by: admin)
        try cast.pool.transaction {
            try $0.execute("UPDATE password_links SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND")
        }
        #expect(throws: IdentityError.self) { try links.redeem(third.token, password: "too late", by: cast.door) }
        _ = try cast.logins.purge()
        let kept = try cast.pool.read { try $0.query("SELECT user_id FROM password_links").count }
        #expect(kept == 0)
    }

    @Test func `a disabled user gets no link and can use none`() throws {
        let admin = cast.caller(cast.admin)
        let link = try links.issue(for: cast.member.id, by: admin)
        _ = try cast.users.change(cast.member.id, disabled: true, by: admin)
        #expect(throws: IdentityError.self) { try links.redeem(link.token, password: "my own words", by: cast.door) }
        #expect(throws: IdentityError.conflict("the user is disabled")) {
            try links.issue(for: cast.member.id, by: admin)
        }
        #expect(throws: IdentityError.notFound) {
            try links.issue(for: ID(at: Timestamp(milliseconds: 0)), by: admin)
        }
    }
}
