import Domain
import MariaDB

/// SQL of `api_tokens`.
enum TokenStore {
    private static let selection: SQL = """
        SELECT t.id, t.name, t.scopes, t.created_at, t.expires_at, t.last_used_at, p.project_key
        FROM api_tokens t LEFT JOIN projects p ON p.id = t.project_id
        """

    static func insert(
        _ id: ID<APIToken>, _ new: NewToken, user: ID<User>, digest: [UInt8], _ tx: Transaction
    ) throws {
        let scopes = new.scopes.sorted().map(\.rawValue).joined(separator: ",")
        try refusing(.notFound) {
            _ = try tx.execute(
                """
                INSERT INTO api_tokens (id, user_id, project_id, name, token_sha256, scopes, created_at, expires_at)
                VALUES (\(id), \(user), \(new.project.sqlValue), \(new.name), \(digest), \(scopes), \(tx.now), \(new.expiresAt.sqlValue))
                """)
        }
    }

    static func count(user: ID<User>, _ tx: Transaction) throws -> Int {
        try tx.first("SELECT COUNT(*) AS n FROM api_tokens WHERE user_id = \(user) AND revoked_at IS NULL")?.int("n")
            ?? 0
    }

    static func find(_ id: ID<APIToken>, _ tx: Transaction) throws -> TokenSummary? {
        try tx.first("\(sql: selection) WHERE t.id = \(id)").map(summary)
    }

    static func page(
        user: ID<User>, after: ID<APIToken>?, count: Int, _ connection: Connection
    ) throws -> [TokenSummary] {
        let start: SQL = if let after { "AND t.id > \(after)" } else { "" }
        let rows = try connection.query(
            """
            \(sql: selection) WHERE t.user_id = \(user) AND t.revoked_at IS NULL \(sql: start)
            ORDER BY t.id LIMIT \(count)
            """)
        return try rows.map(summary)
    }

    static func ids(users: [UUIDv7], _ connection: Connection) throws -> [UUIDv7] {
        try connection.query("SELECT id FROM api_tokens WHERE user_id IN (\(list: users))").map { try $0.uuid("id") }
    }

    static func revoke(_ id: ID<APIToken>, user: ID<User>, _ tx: Transaction) throws -> Int {
        try tx.execute(
            """
            UPDATE api_tokens SET revoked_at = \(tx.now)
            WHERE id = \(id) AND user_id = \(user) AND revoked_at IS NULL
            """)
    }

    private static func summary(_ row: Row) throws -> TokenSummary {
        TokenSummary(
            id: try row.id("id"), name: try row.text("name"), scopes: PrincipalStore.scopes(try row.text("scopes")),
            project: try row.textOrNil("project_key"), createdAt: try row.time("created_at"),
            expiresAt: try row.timeOrNil("expires_at"), lastUsedAt: try row.timeOrNil("last_used_at"))
    }
}
