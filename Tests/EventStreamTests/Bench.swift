import Daemon
import Domain
import EventStream
import FastCGI
import Identity
import MariaDB
import Support
import Synchronization

/// An events role over a database of its own, with a project, a member and a stranger; turned by hand.
final class Bench: Sendable {
    let database: TestDatabase
    let rights = Rights()
    let project = ID<Project>(at: Bench.time)
    let other = ID<Project>(at: Bench.time)
    let member = ID<User>(at: Bench.time)
    let settings: EventsSettings
    /// Where artifacts would lie; nothing is there unless a test puts it.
    let artifacts = "/tmp/assay-artifacts-\(UInt64.random(in: 0 ... .max))"

    static let time = Timestamp(milliseconds: 1_795_000_000_000)

    init(_ settings: EventsSettings = EventsSettings(ringCapacity: 20, batchRows: 50)) throws {
        database = try Shelf.take()
        self.settings = settings
        rights.allow(member, project)
    }

    deinit { Shelf.giveBack(database) }

    /// A role that has read the feed up to now; a second one stands for another process.
    func role() throws -> EventsRole {
        try EventsRole(pool: database.pool, access: access, artifacts: artifacts, settings: settings)
    }

    /// `Authorization: <user id>` is the credential of these tests.
    private var access: StreamAccess {
        StreamAccess(
            principal: { [rights] request in
                guard let user = request.header("authorization").flatMap({ ID<User>($0) }) else { return nil }
                return try rights.principal(user)
            },
            current: { [rights] in try rights.current($0) },
            project: { [project, other] key in key == "demo" ? project : key == "other" ? other : nil },
            agent: { request in request.header("authorization").flatMap { ID<Agent>($0) } })
    }

    func get(
        _ path: String, _ query: [(String, String)] = [], _ headers: [(String, String)] = [], user: ID<User>? = nil
    ) -> Request {
        Request(path: path, query: query, headers: [("Authorization", (user ?? member).description)] + headers)
    }

    /// Opens a stream; fails the test by throwing what the role answered instead.
    func open(_ role: EventsRole, _ request: Request) throws -> StreamClient {
        switch role.handle(request) {
        case .response(let response): throw Answered(response: response)
        case .stream(let start):
            let client = StreamClient()
            start.adopt(client.handle)
            return client
        }
    }

    /// One pass of everything, at `nowMs`, until the streams have all they can take.
    func turn(_ role: EventsRole, _ nowMs: Int64 = 0) throws {
        while try role.runOnce(nowMs: nowMs) == .more {}
        repeat { role.streamsOnce(nowMs: nowMs) } while role.catchUpOnce()
    }
}

struct Answered: Error {
    let response: Response
}

/// Who may read what, and whether that can be known; changed by tests.
final class Rights: Sendable {
    private struct State {
        var allowed: [ID<User>: Set<ID<Project>>] = [:]
        var forbidden: Set<ID<User>> = []
        var isBroken = false
        var asked: [[Credential]] = []
    }

    private let state = Mutex(State())

    func allow(_ user: ID<User>, _ project: ID<Project>) {
        state.withLock { _ = $0.allowed[user, default: []].insert(project) }
    }

    func leave(_ user: ID<User>, _ project: ID<Project>) {
        state.withLock { _ = $0.allowed[user]?.remove(project) }
    }

    func revoke(_ user: ID<User>) { state.withLock { $0.allowed[user] = nil } }

    /// A member whose credential may not read.
    func forbid(_ user: ID<User>) { state.withLock { _ = $0.forbidden.insert(user) } }

    func setBroken(_ isBroken: Bool) { state.withLock { $0.isBroken = isBroken } }

    /// The credentials that were looked at again since the last call, one list for each question.
    func asked() -> [[Credential]] {
        state.withLock { state in
            defer { state.asked = [] }
            return state.asked
        }
    }

    func principal(_ user: ID<User>) throws -> StreamPrincipal? {
        let (projects, isForbidden, isBroken) = state.withLock {
            ($0.allowed[user], $0.forbidden.contains(user), $0.isBroken)
        }
        if isBroken { throw DatabaseError.connectionLost }
        return projects.map { projects in
            StreamPrincipal(user: user, credential: .session(ID(user.uuid))) { project in
                !projects.contains(project) ? .hidden : isForbidden ? .forbidden : .allowed
            }
        }
    }

    func current(_ credentials: [Credential]) throws -> [Credential: StreamPrincipal] {
        state.withLock { $0.asked.append(credentials) }
        var current: [Credential: StreamPrincipal] = [:]
        for case .session(let id) in credentials { current[.session(id)] = try principal(ID(id.uuid)) }
        return current
    }
}

/// Databases that tests have done with: emptying one is much cheaper than making one.
private enum Shelf {
    private static let idle = Mutex<[TestDatabase]>([])

    static func take() throws -> TestDatabase {
        guard let database = idle.withLock({ $0.popLast() }) else { return try TestDatabase.fresh() }
        for table in [
            "feed", "events", "work_items", "executions", "agent_sessions", "agents", "attempts", "traces",
            "execution_output",
        ]
            as [SQL]
        {
            _ = try database.pool.read { try $0.execute("DELETE FROM \(sql: table)") }
        }
        return database
    }

    static func giveBack(_ database: TestDatabase) { idle.withLock { $0.append(database) } }
}
