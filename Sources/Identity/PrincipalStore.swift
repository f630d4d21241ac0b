import Domain
import MariaDB

/// A principal as read, with the database's clock at that moment.
struct FoundPrincipal {
    let principal: Principal
    let now: Timestamp
    let lastUsedAt: Timestamp?
}

/// Reads a credential, its user and all memberships in one query: one row a membership, or one without.
enum PrincipalStore {
    private static let userColumns: SQL = """
        u.id AS user_id, u.email, u.name AS user_name, u.is_admin, UTC_TIMESTAMP(3) AS now,
        m.project_id, m.role, p.project_key, p.name AS project_name
        """
    private static let memberships: SQL = """
        LEFT JOIN memberships m ON m.user_id = u.id LEFT JOIN projects p ON p.id = m.project_id
        """

    /// The principal of a login session that is not revoked or over, of a user who is not disabled.
    static func session(_ id: ID<LoginSession>, _ connection: Connection) throws -> FoundPrincipal? {
        let rows = try connection.query(
            """
            SELECT \(sql: userColumns) FROM login_sessions s
            JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL \(sql: memberships)
            WHERE s.id = \(id) AND s.revoked_at IS NULL AND s.expires_at > UTC_TIMESTAMP(3)
            """)
        guard let row = rows.first else { return nil }
        return try found(row, rows, .session(id), scopes: Set(Scope.allCases))
    }

    /// The principal of the API token that `condition` on `t` names.
    static func token(_ condition: SQL, _ connection: Connection) throws -> FoundPrincipal? {
        let rows = try connection.query(
            """
            SELECT t.id AS token_id, t.name AS token_name, t.scopes, t.project_id AS only_project, t.expires_at, t.last_used_at,
              \(sql: userColumns) FROM api_tokens t
            JOIN users u ON u.id = t.user_id AND u.disabled_at IS NULL \(sql: memberships)
            WHERE \(sql: condition) AND t.revoked_at IS NULL
              AND (t.expires_at IS NULL OR t.expires_at > UTC_TIMESTAMP(3))
            """)
        guard let row = rows.first else { return nil }
        return try found(
            row, rows, .token(try row.id("token_id")), scopes: scopes(try row.text("scopes")),
            onlyProject: try row.idOrNil("only_project"), expiresAt: try row.timeOrNil("expires_at"),
            tokenName: try row.text("token_name"),
            lastUsedAt: try row.timeOrNil("last_used_at"))
    }

    /// Reads a `SET` column.
    static func scopes(_ text: String) -> Set<Scope> {
        Set(text.split(separator: ",").compactMap { Scope(rawValue: String($0)) })
    }

    private static func found(
        _ row: Row, _ rows: [Row], _ credential: Credential, scopes: Set<Scope>,
        onlyProject: ID<Project>? = nil, expiresAt: Timestamp? = nil, tokenName: String? = nil,
        lastUsedAt: Timestamp? = nil
    ) throws -> FoundPrincipal {
        var memberships: [ID<Project>: Membership] = [:]
        for row in rows {
            guard let project: ID<Project> = try row.idOrNil("project_id") else { continue }
            memberships[project] = Membership(
                project: project, key: try row.text("project_key"), name: try row.text("project_name"),
                role: try row.value("role"))
        }
        let principal = Principal(
            credential: credential, userID: try row.id("user_id"), email: try row.text("email"),
            userName: try row.text("user_name"), isAdmin: try row.bool("is_admin"), scopes: scopes,
            onlyProject: onlyProject, expiresAt: expiresAt, tokenName: tokenName, memberships: memberships)
        return FoundPrincipal(principal: principal, now: try row.time("now"), lastUsedAt: lastUsedAt)
    }
}
