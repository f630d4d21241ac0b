import Domain
import MariaDB
import Support

@testable import Identity

/// The fixed cast of every test: an admin, an owner and a member of project `demo`, and a stranger to it.
struct Cast {
    static let password = "correct horse battery"
    private static let hasher = Result { try PasswordHasher() }

    let database: TestDatabase
    let ring: KeyRing
    let hasher: PasswordHasher
    let accessTokens: AccessTokens
    let admin: UserProfile
    let owner: UserProfile
    let member: UserProfile
    let stranger: UserProfile
    let demo: ProjectSummary
    let other: ProjectSummary
    let door = Caller.anonymous(remoteAddress: "192.0.2.1", requestID: "req-1")

    var pool: Pool { database.pool }
    var users: Users { Users(pool: pool, hasher: hasher) }
    var projects: Projects { Projects(pool: pool) }
    var members: Members { Members(pool: pool) }
    var tokens: Tokens { Tokens(pool: pool) }
    var authenticate: Authenticate { Authenticate(pool: pool, accessTokens: accessTokens) }
    var logins: Logins { Logins(pool: pool, hasher: hasher, accessTokens: accessTokens) }
    var secrets: Secrets { Secrets(pool: pool, seal: Seal(ring)) }
    var environments: Environments { Environments(pool: pool) }
    var audit: Audit { Audit(pool: pool) }

    init() throws {
        database = try TestDatabase.fresh()
        ring = try KeyRing(file: KeyRing.newFile())
        hasher = try Cast.hasher.get()
        accessTokens = AccessTokens(ring)
        let users = Users(pool: database.pool, hasher: hasher)
        let projects = Projects(pool: database.pool)
        let members = Members(pool: database.pool)
        guard
            let first = try users.bootstrap(email: "Admin@Example.test", name: "Ada", password: Cast.password)
        else { throw IdentityError.notFound }
        admin = first
        // One hash for all: what is tested is not argon2's speed.
        owner = try Cast.add("owner@example.test", "Olga", like: first, database.pool)
        member = try Cast.add("member@example.test", "Max", like: first, database.pool)
        stranger = try Cast.add("stranger@example.test", "Sam", like: first, database.pool)
        demo = try projects.create(key: "demo", name: "Demo", by: .system)
        other = try projects.create(key: "other", name: "Other", by: .system)
        _ = try members.put(owner.id, role: .testManager, project: demo.id, by: .system)
        _ = try members.put(member.id, role: .viewer, project: demo.id, by: .system)
        _ = try members.put(stranger.id, role: .testManager, project: other.id, by: .system)
    }

    private static func add(_ email: String, _ name: String, like first: UserProfile, _ pool: Pool) throws
        -> UserProfile
    {
        try pool.transaction { tx in
            let id = ID<User>(at: tx.now)
            try tx.execute(
                """
                INSERT INTO users (id, email, name, password_hash, created_at)
                SELECT \(id), \(email), \(name), password_hash, \(tx.now) FROM users WHERE id = \(first.id)
                """)
            guard let profile = try UserStore.lock(id, tx) else { throw IdentityError.notFound }
            return profile
        }
    }

    static let run = ID<Execution>(at: Timestamp(milliseconds: 9))

    func read(_ names: [String], _ project: ID<Project>) throws -> [String: String] {
        try secrets.values(project: project, names: names, for: Cast.run)
    }

    func logIn(_ user: UserProfile) throws -> Login {
        try logins.logIn(email: user.email, password: Cast.password, from: door)
    }

    func principal(of user: UserProfile) throws -> Principal {
        try authenticate.principal(bearer: try logIn(user).accessToken, cookie: nil)
    }

    func caller(_ user: UserProfile) -> Caller {
        Caller(
            kind: .user, id: user.id.uuid, userID: user.id, name: user.name, remoteAddress: "192.0.2.1", requestID: "r")
    }

    /// How many `membership.changed` facts about `user` are in the outbox.
    func factCount(about user: UserProfile) throws -> Int {
        try pool.read { connection in
            try connection.query(
                """
                SELECT e.body FROM events e JOIN outbox o ON o.stream_id = e.stream_id AND o.seq_from = 1 AND o.seq_to = 1
                WHERE e.type = 'membership.changed' AND e.seq = 1
                """
            ).map { try $0.json("body") }.count { $0["userId"]?.string == user.id.description }
        }
    }

    func actions(project: ID<Project>? = nil) throws -> [String] {
        try audit.list(project: project, cursor: nil, limit: 200).items.map(\.entry.action)
    }
}

/// Texts that break careless SQL, decoding or length checks.
let hostileTexts = [
    "'; DROP TABLE users; --", "\" OR 1=1 --", "\\' OR ''='", "%_%", "\u{0}", "ünï¢ödé 🧪", "👩‍👩‍👧‍👦", "\u{202e}rtl",
    String(repeating: "x", count: 5000), String(repeating: "é", count: 300), "", " ", "${secret:X}", "a\nb", "?",
    "\u{feff}",
]
