import Dispatch
import Domain
import MariaDB
import Synchronization
import Testing

@testable import Identity

/// Runs `work` on threads of its own at the same time; answers what each gave.
func together<Value: Sendable>(_ count: Int, _ work: @escaping @Sendable (Int) throws -> Value) -> [Result<
    Value, any Error
>] {
    let results = Mutex<[Result<Value, any Error>]>([])
    let group = DispatchGroup()
    let queue = DispatchQueue(label: "race", attributes: .concurrent)
    for index in 0..<count {
        queue.async(group: group) {
            let result = Result { try work(index) }
            results.withLock { $0.append(result) }
        }
    }
    group.wait()
    return results.withLock { $0 }
}

@Suite struct RaceTests {
    @Test func `of refreshes at once exactly one rotates the token`() throws {
        let cast = try Cast()
        let token = try #require(try cast.logIn(cast.owner).refreshToken)
        let logins = cast.logins
        let door = cast.door
        let results = together(6) { _ in try logins.refresh(token, from: door).refreshToken }
        let rotated = try results.map { try $0.get() }
        #expect(rotated.count == 6 && rotated.compactMap(\.self).count == 1)
    }

    @Test func `parallel guesses are all counted`() throws {
        let cast = try Cast()
        let logins = Logins(
            pool: cast.pool, hasher: try PasswordHasher(atOnce: 2, waitMs: 60_000), accessTokens: cast.accessTokens,
            limits: LoginLimits(perAccountAndAddress: 3, perAddress: 100))
        let email = cast.owner.email
        let door = cast.door
        let results = together(8) { _ in try logins.logIn(email: email, password: "wrong", from: door) }
        let errors = results.compactMap { result -> IdentityError? in
            if case .failure(let error) = result { error as? IdentityError } else { nil }
        }
        #expect(errors.count { $0 == .invalidCredentials } == 3)
        #expect(errors.count == 8)
    }

    @Test func `two admins cannot disable each other`() throws {
        let cast = try Cast()
        let second = try cast.users.create(
            email: "second@example.test", name: "B", password: Cast.password, isAdmin: true, by: .system)
        let users = cast.users
        let ids = [cast.admin.id, second.id]
        let results = together(2) { try users.change(ids[$0], disabled: true, by: .system) }
        #expect(results.count { (try? $0.get()) != nil } == 1)
        #expect(try cast.users.firstAdmin() != nil)
    }

    @Test func `of users, projects and environments with one name at once exactly one is made`() throws {
        let cast = try Cast()
        let projects = cast.projects
        #expect(
            together(4) { try projects.create(key: "race", name: "n\($0)", by: .system) }.count {
                (try? $0.get()) != nil
            } == 1)
        let members = cast.members
        let (user, project) = (cast.stranger.id, cast.demo.id)
        let roles = Role.assignable
        let puts = together(6) { try members.put(user, role: roles[$0 % roles.count], project: project, by: .system) }
        #expect(puts.allSatisfy { (try? $0.get()) != nil })
        #expect(try cast.members.list(project: project).items.count == 3)
        let environments = cast.environments
        let made = together(4) { try environments.put("x", variables: ["N": "\($0)"], project: project, by: .system) }
        #expect(made.allSatisfy { (try? $0.get()) != nil })
        #expect(try cast.environments.find("x", project: project).version <= 4)
    }
}
