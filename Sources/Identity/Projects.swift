package import Domain
package import MariaDB

/// One tenant.
package struct ProjectSummary: Hashable, Sendable {
    package let id: ID<Project>
    package let key: String
    package let name: String
    package let createdAt: Timestamp
    /// Since when it is put away: read only, and nothing starts in it.
    package var archivedAt: Timestamp?
}

/// Creates, finds and lists projects.
package struct Projects: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// A new project with its run counter. The door lets only admins in.
    /// - Throws: `IdentityError.invalid`, `.conflict` when the key is taken.
    package func create(key: String, name: String, by caller: Caller) throws -> ProjectSummary {
        var check = FieldCheck()
        if let fault = textFault(key, 1...63, .key) { check.fault("/key", fault) }
        check.name(name)
        try check.finish()
        return try pool.transaction { tx in
            let project = ProjectSummary(id: ID(at: tx.now), key: key, name: name, createdAt: tx.now)
            try refusing(.conflict("a project with this key exists")) {
                _ = try tx.execute(
                    """
                    INSERT INTO projects (id, project_key, name, created_at)
                    VALUES (\(project.id), \(key), \(name), \(tx.now))
                    """)
            }
            _ = try tx.execute("INSERT INTO project_counters (project_id, last_number) VALUES (\(project.id), 0)")
            let line = AuditEntry(
                "project.create", "project", key, project: project.id,
                after: ["key": .string(key), "name": .string(name)])
            try Audit.record(tx, line, by: caller)
            return project
        }
    }

    /// Puts a project away, or takes it out again; one that is so already stays as it is. Runs that go on end as they do.
    /// - Throws: `IdentityError.notFound`.
    package func archive(_ id: ID<Project>, _ isArchived: Bool = true, by caller: Caller) throws -> ProjectSummary {
        try pool.transaction { tx in
            guard let row = try tx.first("SELECT project_key, archived_at FROM projects WHERE id = \(id) FOR UPDATE")
            else { throw IdentityError.notFound }
            if try (row.timeOrNil("archived_at") != nil) != isArchived {
                try tx.execute(
                    "UPDATE projects SET archived_at = \(isArchived ? tx.now : nil as Timestamp?) WHERE id = \(id)")
                let action = isArchived ? "project.archive" : "project.unarchive"
                try Audit.record(
                    tx, AuditEntry(action, "project", try row.text("project_key"), project: id), by: caller)
            }
        }
        return try find(id)
    }

    /// The project with this key, if `principal` may know of it.
    /// - Throws: `IdentityError.notFound` for an unknown key and for a stranger alike.
    package func find(key: String, for principal: Principal) throws -> ProjectSummary {
        let project = try find(key: key)
        guard principal.role(in: project.id) != nil else { throw IdentityError.notFound }
        return project
    }

    /// The project with this key, for those that need no permission: the command line on the server, webhooks.
    package func find(key: String) throws -> ProjectSummary {
        guard isHumanKey(key), let project = try read("project_key = \(key)").first else {
            throw IdentityError.notFound
        }
        return project
    }

    package func find(_ id: ID<Project>) throws -> ProjectSummary {
        guard let project = try read("id = \(id)").first else { throw IdentityError.notFound }
        return project
    }

    /// The projects `principal` may see, by key; only those that are put away, or only the others, when `archived` says so.
    package func list(
        for principal: Principal, archived: Bool? = nil, cursor: String? = nil, limit: Int? = nil
    ) throws -> Page<ProjectSummary> {
        let size = pageSize(limit)
        var conditions: [SQL] = ["TRUE"]
        if let cursor {
            guard isHumanKey(cursor) else {
                throw IdentityError.invalid([FieldFault("/cursor", "is not a cursor of this list")])
            }
            conditions.append("project_key > \(cursor)")
        }
        if !principal.isAdmin { conditions.append("id IN (\(list: principal.memberships.keys.sorted()))") }
        if let archived { conditions.append(archived ? "archived_at IS NOT NULL" : "archived_at IS NULL") }
        if let only = principal.onlyProject { conditions.append("id = \(only)") }
        let rows = try read(conditions.joined(separator: " AND ") + " ORDER BY project_key LIMIT \(size + 1)")
        return Page(rows, limit: size) { $0.key }
    }

    private func read(_ condition: SQL) throws -> [ProjectSummary] {
        let rows = try pool.read { connection in
            try connection.query(
                "SELECT id, project_key, name, created_at, archived_at FROM projects WHERE \(sql: condition)")
        }
        return try rows.map { row in
            ProjectSummary(
                id: try row.id("id"), key: try row.text("project_key"), name: try row.text("name"),
                createdAt: try row.time("created_at"), archivedAt: try row.timeOrNil("archived_at"))
        }
    }
}
