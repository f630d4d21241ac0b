package import Domain
package import MariaDB

/// The triggers of a project: read, made and removed.
package struct Triggers: Sendable {
    private let pool: Pool
    private let sealing: Sealing

    package init(pool: Pool, sealing: Sealing) {
        self.pool = pool
        self.sealing = sealing
    }

    /// The project a trigger belongs to; for the permission check of paths that name no project.
    /// - Throws: `IntegrationsError.notFound`.
    package func project(of id: ID<Trigger>) throws -> ID<Project> {
        let row = try pool.read { try $0.first("SELECT project_id FROM triggers WHERE id = \(id)") }
        guard let row else { throw IntegrationsError.notFound }
        return try row.id("project_id")
    }

    /// Newest first; `before` is the last id of the page before.
    package func list(project: ID<Project>, before: ID<Trigger>? = nil, limit: Int) throws -> [TriggerRecord] {
        var sql: SQL = "SELECT \(sql: TriggerRecord.columns) FROM triggers WHERE project_id = \(project)"
        if let before { sql += " AND id < \(before)" }
        sql += " ORDER BY id DESC LIMIT \(limit)"
        return try pool.read { try $0.query(sql) }.map { try TriggerRecord($0) }
    }

    /// - Throws: `IntegrationsError.notFound`.
    package func get(_ id: ID<Trigger>, project: ID<Project>) throws -> TriggerRecord {
        try pool.read { try Self.get(id, project, in: $0) }
    }

    /// Makes a trigger with a random key and, when none is given, a random secret.
    /// - Throws: `IntegrationsError.invalid`, `.nameTaken`.
    package func create(_ draft: TriggerDraft, project: ID<Project>, in tx: Transaction) throws -> SavedTrigger {
        let faults = draft.faults
        guard faults.isEmpty else { throw IntegrationsError.invalid(faults) }
        let id = ID<Trigger>(at: tx.now)
        let secret = draft.secret ?? Self.randomText()
        let sealed = try sealing.seal(Array(secret.utf8), TriggerSecret.context(id))
        let events = JSONValue.array(draft.events.map(JSONValue.string))
        try withUniqueName {
            try tx.execute(
                """
                INSERT INTO triggers (id, project_id, name, provider, trigger_key, secret, events, branch, suite_key, \
                parameters, environment, created_at) VALUES (\(id), \(project), \(draft.name), 'github', \
                \(Self.randomText()), \(sealed), \(events), \(draft.branch), \(draft.suite), \
                \(JSONValue.object(draft.parameters)), \(draft.environment ?? ""), \(tx.now))
                """)
        }
        return SavedTrigger(record: try Self.get(id, project, in: tx), newSecret: draft.secret == nil ? secret : nil)
    }

    /// Removes the trigger; its log stays until it is purged, a delivery to its key is unknown from now on.
    /// - Throws: `IntegrationsError.notFound`.
    package func delete(_ id: ID<Trigger>, project: ID<Project>, in tx: Transaction) throws {
        let found = try tx.execute("DELETE FROM triggers WHERE id = \(id) AND project_id = \(project)")
        guard found == 1 else { throw IntegrationsError.notFound }
    }

    static func get(
        _ id: ID<Trigger>, _ project: ID<Project>, in database: some Queries
    ) throws -> TriggerRecord {
        let row = try database.query(
            """
            SELECT \(sql: TriggerRecord.columns) FROM triggers WHERE id = \(id) AND project_id = \(project)
            """
        ).first
        guard let row else { throw IntegrationsError.notFound }
        return try TriggerRecord(row)
    }

    /// 256 random bits as 43 characters that need no escaping in a URL.
    private static func randomText() -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var generator = SystemRandomNumberGenerator()
        return String((0..<43).map { _ in alphabet[Int.random(in: 0..<64, using: &generator)] })
    }
}

/// Where the secret of a trigger is sealed for.
enum TriggerSecret {
    static func context(_ id: ID<Trigger>) -> String { "trigger \(id)" }
}
