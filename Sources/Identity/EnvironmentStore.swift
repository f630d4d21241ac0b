package import Domain
package import MariaDB

/// SQL of `environments`; package so that `catalog apply` can write them in its own transaction.
package enum EnvironmentStore {
    private static let selection: SQL =
        "SELECT name, variables, version, created_at, updated_at FROM environments WHERE "

    static func read(
        _ condition: SQL, _ project: ID<Project>, _ connection: Connection
    ) throws -> [EnvironmentSummary] {
        try connection.query(selection + "project_id = \(project) AND " + condition).map(summary)
    }

    /// Reads one and locks it; nil when there is none.
    package static func lock(_ name: String, _ project: ID<Project>, _ tx: Transaction) throws -> EnvironmentSummary? {
        try tx.first(selection + "project_id = \(project) AND name = \(name) FOR UPDATE").map(summary)
    }

    /// Creates or replaces one, with its line in the audit log; unchanged variables change nothing.
    package static func put(
        _ name: String, _ variables: [String: String], _ project: ID<Project>, _ caller: Caller, _ tx: Transaction
    ) throws -> EnvironmentSummary {
        let before = try lock(name, project, tx)
        if let before, before.variables == variables { return before }
        let after = EnvironmentSummary(
            name: name, variables: variables, version: (before?.version ?? 0) + 1,
            createdAt: before?.createdAt ?? tx.now,
            updatedAt: tx.now)
        let document = JSONValue.object(variables.mapValues { .string($0) })
        try refusing(.notFound) {
            _ = try tx.execute(
                """
                INSERT INTO environments (project_id, name, variables, version, created_at, updated_at)
                VALUES (\(project), \(name), \(document), 1, \(tx.now), \(tx.now))
                ON DUPLICATE KEY UPDATE variables = \(document), version = version + 1, updated_at = \(tx.now)
                """)
        }
        let line = AuditEntry(
            before == nil ? "environment.create" : "environment.change", "environment", name, project: project,
            before: before?.audited, after: after.audited)
        try Audit.record(tx, line, by: caller)
        return after
    }

    private static func summary(_ row: Row) throws -> EnvironmentSummary {
        let document = try row.json("variables")
        return EnvironmentSummary(
            name: try row.text("name"), variables: (document.object ?? [:]).compactMapValues(\.string),
            version: try row.int("version"), createdAt: try row.time("created_at"),
            updatedAt: try row.time("updated_at"))
    }
}
