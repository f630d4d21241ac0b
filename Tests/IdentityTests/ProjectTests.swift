import Domain
import MariaDB
import Testing

@testable import Identity

@Suite struct ProjectTests {
    @Test func `a project starts with a run counter at zero`() throws {
        let cast = try Cast()
        let rows = try cast.pool.read {
            try $0.query("SELECT last_number FROM project_counters WHERE project_id = \(cast.demo.id)")
        }
        #expect(try rows.map { try $0.int("last_number") } == [0])
        #expect(try cast.actions(project: cast.demo.id).contains("project.create"))
    }

    @Test func `keys are unique and shaped`() throws {
        let cast = try Cast()
        #expect(throws: IdentityError.conflict("a project with this key exists")) {
            try cast.projects.create(key: "demo", name: "Again", by: .system)
        }
        for key in ["-a", "A", "a_b", "ä", String(repeating: "a", count: 64)] + hostileTexts {
            #expect(throws: IdentityError.self) { try cast.projects.create(key: key, name: "X", by: .system) }
            #expect(throws: IdentityError.notFound) { try cast.projects.find(key: key) }
        }
        let longest = String(repeating: "a", count: 63)
        #expect(try cast.projects.create(key: longest, name: "'; --", by: .system).name == "'; --")
        #expect(try cast.projects.find(key: longest).name == "'; --")
    }

    @Test func `a stranger learns nothing of a project, an admin sees all`() throws {
        let cast = try Cast()
        let stranger = try cast.principal(of: cast.stranger)
        let member = try cast.principal(of: cast.member)
        let admin = try cast.principal(of: cast.admin)
        #expect(throws: IdentityError.notFound) { try cast.projects.find(key: "demo", for: stranger) }
        #expect(try cast.projects.find(key: "demo", for: member) == cast.demo)
        #expect(try cast.projects.find(key: "other", for: admin) == cast.other)
        #expect(try cast.projects.list(for: stranger).items == [cast.other])
        #expect(try cast.projects.list(for: member).items == [cast.demo])
        let page = try cast.projects.list(for: admin, limit: 1)
        #expect(page.items == [cast.demo] && page.nextCursor == "demo")
        #expect(try cast.projects.list(for: admin, cursor: page.nextCursor).items == [cast.other])
        #expect(throws: IdentityError.self) { try cast.projects.list(for: admin, cursor: "'") }
        #expect(try cast.projects.find(cast.demo.id) == cast.demo)
        #expect(throws: IdentityError.notFound) { try cast.projects.find(ID(at: Timestamp(milliseconds: 0))) }
    }

    @Test func `roles decide, strangers are told nothing`() throws {
        let cast = try Cast()
        let stranger = try cast.principal(of: cast.stranger)
        let member = try cast.principal(of: cast.member)
        let owner = try cast.principal(of: cast.owner)
        let admin = try cast.principal(of: cast.admin)
        for permission in Permission.allCases {
            #expect(stranger.access(permission, in: cast.demo.id) == .hidden)
            let isOpen = permission == .read || permission == .keepOwnThings
            #expect(member.access(permission, in: cast.demo.id) == (isOpen ? .allowed : .forbidden))
            #expect(
                owner.access(permission, in: cast.demo.id)
                    == (permission == .administer || permission == .agentProtocol ? .forbidden : .allowed))
            #expect(
                admin.access(permission, in: cast.demo.id) == (permission == .agentProtocol ? .forbidden : .allowed))
            #expect(owner.access(everywhere: permission) == .forbidden)
        }
        #expect(admin.access(everywhere: .administer) == .allowed)
    }

    @Test func `a changed role holds from the next request on and is told to the hubs`() throws {
        let cast = try Cast()
        let login = try cast.logIn(cast.member)
        let facts = try cast.factCount(about: cast.member)
        func access() throws -> Access {
            try cast.authenticate.principal(bearer: login.accessToken, cookie: nil).access(
                .editCatalog, in: cast.demo.id)
        }
        #expect(try access() == .forbidden)
        let caller = cast.caller(cast.owner)
        let member = try cast.members.put(cast.member.id, role: .qaEngineer, project: cast.demo.id, by: caller)
        #expect(member.role == .qaEngineer && member.user == cast.member)
        #expect(try access() == .allowed)
        #expect(try cast.factCount(about: cast.member) == facts + 1)
        _ = try cast.members.put(cast.member.id, role: .qaEngineer, project: cast.demo.id, by: caller)
        #expect(try cast.factCount(about: cast.member) == facts + 1)
        try cast.members.remove(cast.member.id, project: cast.demo.id, by: caller)
        #expect(try access() == .hidden)
        #expect(try cast.factCount(about: cast.member) == facts + 2)
        #expect(throws: IdentityError.notFound) {
            try cast.members.remove(cast.member.id, project: cast.demo.id, by: caller)
        }
        let lines = try cast.audit.list(project: cast.demo.id, cursor: nil, limit: nil).items
        let put = try #require(lines.first { $0.entry.action == "member.put" })
        #expect(put.entry.before?["role"]?.string == "viewer" && put.entry.after?["role"]?.string == "qa_engineer")
    }

    @Test func `memberships name assignable roles and existing users and projects`() throws {
        let cast = try Cast()
        for role in [Role.admin, .agent] {
            #expect(throws: IdentityError.self) {
                try cast.members.put(cast.stranger.id, role: role, project: cast.demo.id, by: .system)
            }
        }
        for role in Role.assignable {
            #expect(try cast.members.put(cast.stranger.id, role: role, project: cast.demo.id, by: .system).role == role)
        }
        let nobody = ID<User>(at: Timestamp(milliseconds: 0))
        #expect(throws: IdentityError.notFound) {
            try cast.members.put(nobody, role: .viewer, project: cast.demo.id, by: .system)
        }
        #expect(throws: IdentityError.notFound) {
            try cast.members.put(
                cast.member.id, role: .viewer, project: ID(at: Timestamp(milliseconds: 0)), by: .system)
        }
    }

    @Test func `members are listed in pages, of their project only`() throws {
        let cast = try Cast()
        let first = try cast.members.list(project: cast.demo.id, limit: 1)
        let second = try cast.members.list(project: cast.demo.id, cursor: first.nextCursor, limit: 1)
        #expect(Set((first.items + second.items).map(\.role)) == [.testManager, .viewer])
        #expect(second.nextCursor == nil)
        #expect(try cast.members.list(project: cast.other.id).items.map(\.user) == [cast.stranger])
    }

    @Test func `the log is read in pages, newest first, of one project or of all`() throws {
        let cast = try Cast()
        let all = try cast.audit.list(project: nil, cursor: nil, limit: 200).items
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.id > $1.id })
        var cursor: String?
        var read: [UUIDv7] = []
        repeat {
            let page = try cast.audit.list(project: nil, cursor: cursor, limit: 2)
            read += page.items.map(\.id)
            cursor = page.nextCursor
        } while cursor != nil
        #expect(read == all.map(\.id))
        #expect(
            try cast.audit.list(project: cast.demo.id, cursor: nil, limit: nil).items.allSatisfy {
                $0.entry.project == cast.demo.id
            })
    }

    @Test func `whatever a request carries fits into the log`() throws {
        let cast = try Cast()
        for text in hostileTexts {
            let caller = Caller(kind: .system, id: nil, userID: nil, name: text, remoteAddress: text, requestID: text)
            try cast.audit.refused(
                AuditEntry(text, text, text, outcome: .refused, before: .string(text), after: ["x": .string(text)]),
                by: caller)
        }
        let lines = try cast.audit.list(project: nil, cursor: nil, limit: 200).items
        #expect(Set(lines.compactMap { $0.entry.before?.string }) == Set(hostileTexts))
    }
}
