import API
import Domain
import Executions
import FastCGI
import Feed
import Glibc
import Identity
import MariaDB
import Support
import Synchronization
import Testing
import Wire

/// A door over a database of its own, with a fixed cast: an admin, one member per role, a stranger to the project.
final class Bench: Sendable {
    static let password = "correct horse battery"
    let database: TestDatabase
    let services: Services
    let door: APIDoor
    let records: Records
    let project: ID<Project>
    /// Artifacts of this bench.
    let directory: String
    private let tokens: [String: String]
    private let scheduler = UUIDv7(at: Bench.now)
    let users: [String: ID<User>]

    /// Ten passes of the engine, as the leader.
    func run(_ engine: Engine, everyMs: Int64) throws {
        for pass in 0..<10 {
            let lease = try #require(try LeaderLease.acquire("engine", owner: scheduler, database.pool))
            _ = try engine.runOnce(lease, monotonicMs: Int64(pass) * everyMs)
        }
    }

    /// Every argon2 hash costs 20 ms, so the cast shares one.
    init() throws {
        database = try TestDatabase.fresh()
        directory = "/tmp/assay-api-\(UUIDv7(at: Bench.now))"
        mkdir(directory, 0o755)
        records = Records()
        let hasher = try PasswordHasher(atOnce: 4, waitMs: 30_000)
        services = try Services(
            pool: database.pool, version: "test", keys: KeyRing(file: Array(repeating: 7, count: 32)), hasher: hasher,
            loginLimits: LoginLimits(perAccountAndAddress: 5, perAddress: 100), artifacts: directory,
            imports: directory + "/imports",
            isSchemaCurrent: { true }, exposition: { "assay_test 1\n" })
        let records = records
        door = APIDoor(
            gate: .live(services), services: services, clock: { Bench.now },
            observe: { record in records.add(record) })
        let admin = try services.users.create(
            email: "admin@example.org", name: "Admin", password: Bench.password, isAdmin: true, by: .system)
        project = try services.projects.create(key: "demo", name: "Demo", by: .system).id
        let other = try services.projects.create(key: "other", name: "Other", by: .system).id
        var users = ["admin": admin.id]
        for role in Role.assignable {
            let id = try Bench.copy(of: admin.id, named: role.rawValue, database.pool)
            _ = try services.members.put(id, role: role, project: project, by: .system)
            users[role.rawValue] = id
        }
        let stranger = try Bench.copy(of: admin.id, named: "stranger", database.pool)
        _ = try services.members.put(stranger, role: .testManager, project: other, by: .system)
        users["stranger"] = stranger
        self.users = users
        let services = services
        tokens = try users.mapValues { user in
            try services.tokens.create(
                NewToken(name: "test", scopes: [.read, .write, .ingest, .agent]), for: user, by: .system
            ).token
        }
    }

    deinit {
        for folder in entries(of: directory) {
            for file in entries(of: "\(directory)/\(folder)") { unlink("\(directory)/\(folder)/\(file)") }
            if rmdir("\(directory)/\(folder)") != 0 { unlink("\(directory)/\(folder)") }
        }
        rmdir(directory)
    }

    static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// A user with the admin's password hash.
    private static func copy(of user: ID<User>, named name: String, _ pool: Pool) throws -> ID<User> {
        let id = ID<User>(at: now)
        let email = "\(name)@example.org"
        try pool.transaction { tx in
            _ = try tx.execute(
                """
                INSERT INTO users (id, email, name, password_hash, is_admin, created_at)
                SELECT \(id), \(email), \(name), password_hash, FALSE, created_at FROM users WHERE id = \(user)
                """)
        }
        return id
    }

    func token(_ name: String) -> String { tokens[name] ?? "" }

    /// Sends a request as one of the cast; nil is nobody.
    func send(
        _ method: String, _ target: String, as name: String? = "admin", json: JSONValue? = nil, bytes: [UInt8]? = nil,
        contentType: String? = nil, headers: [(String, String)] = []
    ) -> Answer {
        var all = headers
        if let name { all.append(("Authorization", "Bearer \(token(name))")) }
        if json != nil || contentType != nil { all.append(("Content-Type", contentType ?? "application/json")) }
        return send(method, target, headers: all, body: bytes ?? json?.serialized() ?? [])
    }

    func send(_ method: String, _ target: String, headers: [(String, String)], body: [UInt8], bodyFile: String? = nil)
        -> Answer
    {
        let halves = target.split(separator: "?", maxSplits: 1)
        let query = halves.dropFirst().first.map { text in
            text.split(separator: "&").map { pair -> (String, String) in
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts.first ?? "", parts.dropFirst().first ?? "")
            }
        }
        let request = Request(
            method: method, path: String(halves.first ?? ""), query: query ?? [],
            headers: [("Host", "assay.test")] + headers, body: body, bodyFile: bodyFile, remoteAddress: "192.0.2.1",
            id: "req-1")
        guard case .response(let response) = door.handle(request) else { return Answer(Response(status: 0)) }
        let answer = Answer(response)
        AnswerCheck.check(answer, to: request)
        return answer
    }
}

/// What came back, with its body as JSON.
struct Answer: CustomStringConvertible {
    let response: Response
    let json: JSONValue

    init(_ response: Response) {
        self.response = response
        json = (try? JSONParser.parse(response.body)) ?? .null
    }

    var status: Int { response.status }
    var code: String? { json["code"]?.string }
    var items: [JSONValue] { json["items"]?.array ?? [] }
    /// Pointers of a 422.
    var pointers: [String] { (json["errors"]?.array ?? []).compactMap { $0["pointer"]?.string } }
    var description: String { "\(status) \(String(decoding: response.body.prefix(600), as: UTF8.self))" }

    func header(_ name: String) -> String? { response.header(name) }
}

/// What a door reported: access records, log lines, rings of the bell.
final class Records: Sendable {
    private struct Kept {
        var records: [AccessRecord] = []
        var lines: [String] = []
        var rings = 0
    }

    private let kept = Mutex(Kept())
    var all: [AccessRecord] { kept.withLock { $0.records } }
    var lines: [String] { kept.withLock { $0.lines } }
    var rings: Int { kept.withLock { $0.rings } }
    func add(_ record: AccessRecord) { kept.withLock { $0.records.append(record) } }
    func add(line: String) { kept.withLock { $0.lines.append(line) } }
    func ring() { kept.withLock { $0.rings += 1 } }
}

/// Names in a directory.
func entries(of directory: String) -> [String] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
