import Domain
import EventStream
import Executions
import FastCGI
import Identity
import MariaDB
import Support
import Testing
import Wire

@Suite struct IdentityAccessTests {
    /// Real users, tokens and logins behind a role.
    private final class House: Sendable {
        let database: TestDatabase
        let role: EventsRole
        let users: Users
        let tokens: Tokens
        let logins: Logins
        let authenticate: Authenticate
        let member: UserProfile

        init() throws {
            database = try TestDatabase.fresh()
            let pool = database.pool
            let access = AccessTokens(try KeyRing(file: KeyRing.newFile()))
            let hasher = try PasswordHasher()
            users = Users(pool: pool, hasher: hasher)
            tokens = Tokens(pool: pool)
            logins = Logins(pool: pool, hasher: hasher, accessTokens: access)
            authenticate = Authenticate(pool: pool, accessTokens: access)
            let projects = Projects(pool: pool)
            let project = try projects.create(key: "demo", name: "Demo", by: .system)
            member = try users.create(email: "m@example.org", name: "M", password: "long enough", by: .system)
            _ = try Members(pool: pool).put(member.id, role: .viewer, project: project.id, by: .system)
            role = try EventsRole(
                pool: pool,
                access: StreamAccess(
                    authenticate: authenticate, projects: projects, sessions: OpenSession(pool: pool),
                    audit: Audit(pool: pool)), artifacts: "")
            try turn()
        }

        /// Sequences what identity has written, and one pass of the role.
        func turn() throws {
            _ = try database.pool.transaction { tx in
                for row in try tx.query("SELECT id, stream_id, seq_from, seq_to FROM outbox ORDER BY id") {
                    try tx.execute(
                        """
                        INSERT INTO feed (pos, stream_id, seq_from, seq_to, at)
                        VALUES (\(try row.int64("id")), \(try row.uuid("stream_id")), \(try row.int("seq_from")),
                          \(try row.int("seq_to")), \(tx.now))
                        """)
                }
                return try tx.execute("DELETE FROM outbox")
            }
            _ = try role.runOnce(nowMs: 0)
            role.streamsOnce(nowMs: 0)
        }

        func status(_ headers: [(String, String)], project: String = "demo") -> Int {
            switch role.handle(Request(path: "/api/v1/events", query: [("project", project)], headers: headers)) {
            case .response(let response): response.status
            case .stream: 200
            }
        }

        func open(_ headers: [(String, String)]) throws -> StreamClient {
            switch role.handle(Request(path: "/api/v1/events", query: [("project", "demo")], headers: headers)) {
            case .response(let response): throw Answered(response: response)
            case .stream(let start):
                let client = StreamClient()
                start.adopt(client.handle)
                return client
            }
        }
    }

    @Test func `a revoked token ends its stream and no other`() throws {
        let house = try House()
        let (secret, summary) = try house.tokens.create(
            NewToken(name: "ci", scopes: [.read]), for: house.member.id, by: .system)
        let (other, _) = try house.tokens.create(
            NewToken(name: "tv", scopes: [.read]), for: house.member.id, by: .system)
        let client = try house.open([("Authorization", "Bearer \(secret)")])
        let kept = try house.open([("Authorization", "bearer \(other)")])
        try house.tokens.revoke(summary.id, user: house.member.id, by: .system)
        try house.turn()
        #expect(client.received().hasEnded)
        #expect(!kept.received().hasEnded)
        #expect(house.status([("Authorization", "Bearer \(secret)")]) == 401)
    }

    @Test func `a browser's stream is bound to its login`() throws {
        let house = try House()
        let login = try house.logins.logIn(email: "m@example.org", password: "long enough", from: .system)
        let cookie = [("Cookie", "theme=dark; assay_access=\(login.accessToken)")]
        let client = try house.open(cookie)
        let principal = try house.authenticate.principal(bearer: nil, cookie: login.accessToken)
        try house.logins.logOut(principal, by: .system)
        try house.turn()
        #expect(client.received().hasEnded)
        #expect(house.status(cookie) == 401)
    }

    @Test func `strangers and unknown projects look alike`() throws {
        let house = try House()
        let stranger = try house.users.create(email: "s@example.org", name: "S", password: "long enough", by: .system)
        let (secret, _) = try house.tokens.create(NewToken(name: "x", scopes: [.read]), for: stranger.id, by: .system)
        let headers = [("Authorization", "Bearer \(secret)")]
        #expect(house.status(headers) == 404)
        #expect(house.status(headers, project: "none") == 404)
        #expect(house.status([]) == 401)
        #expect(house.status([("Authorization", "Basic eDp5")]) == 401)
        #expect(house.status([("Cookie", "a; assay_access=nonsense")]) == 401)
    }

    @Test func `a token without the scope to read is a member without the right`() throws {
        let house = try House()
        let (secret, _) = try house.tokens.create(
            NewToken(name: "in", scopes: [.ingest]), for: house.member.id, by: .system)
        for _ in 0..<30 { #expect(house.status([("Authorization", "Bearer \(secret)")]) == 403) }
        let lines = try Audit(pool: house.database.pool).list(project: nil, cursor: nil, limit: 200).items
        let refused = lines.filter { $0.entry.action == "access.refused" }
        #expect(refused.count == AuditPace.refusals.limit && refused.first?.entry.targetID == "GET /api/v1/events")
        #expect(refused.first?.actorName == "in" && refused.first?.entry.outcome == .refused)
    }

    @Test func `an enrolled agent may open its control stream`() throws {
        let house = try House()
        let enrol = EnrolAgent(pool: house.database.pool)
        let token = try enrol.issueToken(project: nil, by: nil, expiresInMs: 60_000).token
        let agent = try enrol.register(
            RegisterAgentRequest(
                token: token, name: "a1", labels: [], slots: 1, protocol: .init(min: 1, max: 1)))
        let session = try OpenSession(pool: house.database.pool).open(
            agent.agent.id, OpenSessionRequest(protocol: 1, labels: [], slots: 1, isolation: "none")
        ).session
        func status(_ credential: String) -> Int {
            let request = Request(
                path: "/agent/v1/control",
                headers: [("Authorization", "Bearer \(credential)"), ("Assay-Session", session.description)])
            return switch house.role.handle(request) {
            case .response(let response): response.status
            case .stream: 200
            }
        }
        #expect(status(agent.credential) == 200)
        #expect(status("wrong") == 401)
    }
}
