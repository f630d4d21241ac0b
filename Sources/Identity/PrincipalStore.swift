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
        m.project_id, m.role, p.project_key, p.name AS project_name, p.archived_at IS NOT NULL AS archived
        """
    private static let memberships: SQL = """
        LEFT JOIN memberships m ON m.user_id = u.id LEFT JOIN projects p ON p.id = m.project_id
        """

    /// The principals of those login sessions that are not revoked or over, of users who are not disabled.
    static func sessions(_ ids: [ID<LoginSession>], _ connection: Connection) throws -> [FoundPrincipal] {
        let rows = try connection.query(
            """
            SELECT s.id AS credential_id, \(sql: userColumns) FROM login_sessions s
            JOIN users u ON u.id = s.user_id AND u.disabled_at IS NULL \(sql: memberships)
            WHERE s.id IN (\(list: ids)) AND s.revoked_at IS NULL AND s.expires_at > UTC_TIMESTAMP(3)
            """)
        return try grouped(rows).map { row, rows in
            try found(
                row, rows, .session(try row.id("credential_id")), scopes: Set(Scope.allCases))
        }
    }

    /// The principals of the API tokens that `condition` on `t` names.
    static func tokens(_ condition: SQL, _ connection: Connection) throws -> [FoundPrincipal] {
        let rows = try connection.query(
            """
            SELECT t.id AS credential_id, t.name AS token_name, t.scopes, t.project_id AS only_project,
              t.expires_at, t.last_used_at,
              \(sql: userColumns) FROM api_tokens t
            JOIN users u ON u.id = t.user_id AND u.disabled_at IS NULL \(sql: memberships)
            WHERE \(sql: condition) AND t.revoked_at IS NULL
              AND (t.expires_at IS NULL OR t.expires_at > UTC_TIMESTAMP(3))
            """)
        return try grouped(rows).map { row, rows in
            try found(
                row, rows, .token(try row.id("credential_id")), scopes: scopes(try row.text("scopes")),
                onlyProject: try row.idOrNil("only_project"), expiresAt: try row.timeOrNil("expires_at"),
                tokenName: try row.text("token_name"),
                lastUsedAt: try row.timeOrNil("last_used_at"))
        }
    }

    /// The rows of each credential, with the first of them.
    private static func grouped(_ rows: [Row]) throws -> [(Row, [Row])] {
        try Dictionary(grouping: rows) { try $0.uuid("credential_id") }.values.compactMap { rows in
            rows.first.map { ($0, rows) }
        }
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
                role: try row.value("role"), isArchived: try row.bool("archived"))
        }
        let principal = Principal(
            credential: credential, userID: try row.id("user_id"), email: try row.text("email"),
            userName: try row.text("user_name"), isAdmin: try row.bool("is_admin"), scopes: scopes,
            onlyProject: onlyProject, expiresAt: expiresAt, tokenName: tokenName, memberships: memberships)
        return FoundPrincipal(principal: principal, now: try row.time("now"), lastUsedAt: lastUsedAt)
    }
}
