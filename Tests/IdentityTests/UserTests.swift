import Domain
import Testing

@testable import Identity

@Suite struct UserTests {
    @Test func `the first user becomes admin, and only the first`() throws {
        let cast = try Cast()
        #expect(cast.admin.isAdmin && cast.admin.email == "admin@example.test")
        #expect(try cast.users.bootstrap(email: "second@example.test", name: "B", password: Cast.password) == nil)
        #expect(try cast.users.firstAdmin() == cast.admin)
        #expect(try cast.users.find(cast.owner.id) == cast.owner)
        #expect(try cast.users.find(email: "Owner@Example.Test") == cast.owner)
        #expect(throws: IdentityError.notFound) { try cast.users.find(email: "nobody@example.test") }
        #expect(throws: IdentityError.notFound) { try cast.users.find(ID(at: Timestamp(milliseconds: 0))) }
    }

    @Test func `a new user can log in`() throws {
        let cast = try Cast()
        let user = try cast.users.create(
            email: "New.User@Example.test", name: "Nël 🧪", password: "12345678", by: cast.caller(cast.admin))
        #expect(user.email == "new.user@example.test" && !user.isAdmin && !user.isDisabled)
        let login = try cast.logins.logIn(email: user.email, password: "12345678", from: cast.door)
        #expect(login.user == user)
        let line = try #require(
            try cast.audit.list(project: nil, cursor: nil, limit: nil).items.first {
                $0.entry.action == "user.create" && $0.actorKind == .user
            })
        #expect(line.actorID == cast.admin.id.uuid && line.actorName == "Ada")
        #expect(line.entry.after?["email"]?.string == user.email)
        #expect(line.entry.after?["password"] == nil)
    }

    @Test func `an e-mail belongs to one user`() throws {
        let cast = try Cast()
        #expect(throws: IdentityError.conflict("a user with this e-mail exists")) {
            try cast.users.create(email: "OWNER@example.test", name: "X", password: Cast.password, by: .system)
        }
    }

    @Test func `every fault of a new user is named at once`() throws {
        let cast = try Cast()
        do {
            _ = try cast.users.create(email: "nö@example.test", name: "a\u{7}b", password: "short", by: .system)
            Issue.record("accepted")
        } catch IdentityError.invalid(let faults) {
            #expect(faults.map(\.pointer) == ["/email", "/name", "/password"])
        }
        for email in ["", "a", "@b", "a@", "a@b@c", "a b@c", String(repeating: "a", count: 254) + "@b"] + hostileTexts {
            #expect(throws: IdentityError.self) {
                try cast.users.create(email: email, name: "X", password: Cast.password, by: .system)
            }
        }
        let long = String(repeating: "é", count: 121)
        #expect(throws: IdentityError.invalid([FieldFault("/name", "must be at most 100 characters")])) {
            try cast.users.create(email: "a@b", name: long, password: Cast.password, by: .system)
        }
        #expect(throws: IdentityError.self) {
            try cast.users.create(email: "a@b", name: "X", password: String(repeating: "x", count: 1025), by: .system)
        }
    }

    @Test func `disabling closes logins at once, enabling does not open them again`() throws {
        let cast = try Cast()
        let login = try cast.logIn(cast.owner)
        let facts = try cast.factCount(about: cast.owner)
        let disabled = try cast.users.change(cast.owner.id, disabled: true, by: cast.caller(cast.admin))
        #expect(disabled.isDisabled)
        #expect(try cast.factCount(about: cast.owner) == facts + 1)
        #expect(throws: IdentityError.unauthenticated) {
            try cast.authenticate.principal(bearer: login.accessToken, cookie: nil)
        }
        #expect(throws: IdentityError.unauthenticated) {
            try cast.logins.refresh(try #require(login.refreshToken), from: cast.door)
        }
        let enabled = try cast.users.change(cast.owner.id, disabled: false, by: cast.caller(cast.admin))
        #expect(!enabled.isDisabled)
        #expect(throws: IdentityError.unauthenticated) {
            try cast.authenticate.principal(bearer: login.accessToken, cookie: nil)
        }
        _ = try cast.logIn(cast.owner)
    }

    @Test func `a new password closes logins and replaces the old one`() throws {
        let cast = try Cast()
        let login = try cast.logIn(cast.owner)
        _ = try cast.users.change(cast.owner.id, password: "another password", by: cast.caller(cast.admin))
        #expect(throws: IdentityError.unauthenticated) {
            try cast.authenticate.principal(bearer: login.accessToken, cookie: nil)
        }
        #expect(throws: IdentityError.invalidCredentials) { try cast.logIn(cast.owner) }
        _ = try cast.logins.logIn(email: cast.owner.email, password: "another password", from: cast.door)
        #expect(throws: IdentityError.self) {
            try cast.users.change(cast.owner.id, password: "short", by: cast.caller(cast.admin))
        }
        #expect(throws: IdentityError.notFound) {
            try cast.users.change(ID(at: Timestamp(milliseconds: 0)), disabled: true, by: .system)
        }
        let line = try #require(
            try cast.audit.list(project: nil, cursor: nil, limit: nil).items.first { $0.entry.action == "user.change" })
        #expect(line.entry.after?["password"]?.string == "changed")
    }

    @Test func `the last admin stays`() throws {
        let cast = try Cast()
        #expect(throws: IdentityError.conflict("the last admin cannot be disabled")) {
            try cast.users.change(cast.admin.id, disabled: true, by: cast.caller(cast.admin))
        }
        let second = try cast.users.create(
            email: "second@example.test", name: "B", password: Cast.password, isAdmin: true, by: .system)
        _ = try cast.users.change(cast.admin.id, disabled: true, by: cast.caller(second))
        #expect(throws: IdentityError.self) {
            try cast.users.change(second.id, disabled: true, by: cast.caller(second))
        }
        #expect(try cast.users.firstAdmin() == second)
    }

    @Test func `users are listed in pages`() throws {
        let cast = try Cast()
        let first = try cast.users.list(limit: 3)
        #expect(first.items.count == 3)
        let second = try cast.users.list(cursor: first.nextCursor, limit: 3)
        #expect(second.items.count == 1 && second.nextCursor == nil)
        #expect(Set((first.items + second.items).map(\.email)).count == 4)
    }
}
