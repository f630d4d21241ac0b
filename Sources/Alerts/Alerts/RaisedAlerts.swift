package import Domain
package import MariaDB

/// Reads alerts.
package struct RaisedAlerts: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The project an alert belongs to; for the permission check of paths that name no project.
    /// - Throws: `AlertsError.notFound`.
    package func project(of id: ID<Alert>) throws -> ID<Project> {
        let row = try pool.read { try $0.first("SELECT project_id FROM alerts WHERE id = \(id)") }
        guard let row else { throw AlertsError.notFound }
        return try row.id("project_id")
    }

    /// Open and acknowledged ones, newest first.
    package func active(project: ID<Project>, limit: Int = 500) throws -> [AlertRecord] {
        try read("project_id = \(project) AND state IN ('open', 'acknowledged')", limit)
    }

    /// How many are open and taken by nobody yet: the number that calls for somebody.
    package func untakenCount(project: ID<Project>) throws -> Int {
        try pool.read { connection in
            try connection.first(
                """
                SELECT COUNT(*) AS untaken FROM alerts \
                WHERE project_id = \(project) AND state = 'open'
                """)?.int("untaken") ?? 0
        }
    }

    /// Newest first; `before` is the last id of the page before.
    package func list(
        project: ID<Project>, state: AlertState? = nil, before: ID<Alert>? = nil, limit: Int
    ) throws -> [AlertRecord] {
        var condition: SQL = "project_id = \(project)"
        if let state { condition += " AND state = \(state.rawValue)" }
        if let before { condition += " AND id < \(before)" }
        return try read(condition, limit)
    }

    /// - Throws: `AlertsError.notFound`.
    package func get(_ id: ID<Alert>, project: ID<Project>) throws -> AlertRecord {
        guard let record = try read("id = \(id) AND project_id = \(project)", 1).first else {
            throw AlertsError.notFound
        }
        return record
    }

    private func read(_ condition: SQL, _ limit: Int) throws -> [AlertRecord] {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT \(sql: AlertRecord.columns) FROM alerts WHERE \(sql: condition) ORDER BY id DESC LIMIT \(limit)
                """)
        }
        return try rows.map { try AlertRecord($0) }
    }
}
