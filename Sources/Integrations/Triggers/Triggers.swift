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
    /// - Throws: `IntegrationsError.notFound`, `.versionMismatch`.
    package func delete(
        _ id: ID<Trigger>, ifMatch: VersionMatch = .any, project: ID<Project>, in tx: Transaction
    ) throws {
        _ = try Self.locked(id, ifMatch, project, in: tx)
        try tx.execute("DELETE FROM triggers WHERE id = \(id) AND project_id = \(project)")
    }

    /// Replaces the trigger under the same address; without a secret it keeps the one it has.
    /// - Throws: `IntegrationsError.notFound`, `.invalid`, `.nameTaken`, `.versionMismatch`.
    package func update(
        _ id: ID<Trigger>, _ draft: TriggerDraft, ifMatch: VersionMatch = .any, project: ID<Project>,
        in tx: Transaction
    ) throws -> (before: TriggerRecord, after: TriggerRecord) {
        let faults = draft.faults
        guard faults.isEmpty else { throw IntegrationsError.invalid(faults) }
        let before = try Self.locked(id, ifMatch, project, in: tx)
        try withUniqueName {
            try tx.execute(
                """
                UPDATE triggers SET name = \(draft.name), events = \(JSONValue.array(draft.events.map(JSONValue.string))), \
                branch = \(draft.branch), suite_key = \(draft.suite), parameters = \(JSONValue.object(draft.parameters)), \
                environment = \(draft.environment ?? ""), updated_at = \(tx.now), version = version + 1 \
                WHERE id = \(id) AND project_id = \(project)
                """)
        }
        if let secret = draft.secret { try setSecret(secret, of: id, project, in: tx) }
        return (before, try Self.get(id, project, in: tx))
    }

    /// Replaces the secret by a random one: what is signed with the old one is refused from now on.
    /// - Returns: the secret, to be shown this once.
    /// - Throws: `IntegrationsError.notFound`.
    package func rotateSecret(_ id: ID<Trigger>, project: ID<Project>, in tx: Transaction) throws -> String {
        _ = try Self.locked(id, .any, project, in: tx)
        let secret = Self.randomText()
        try setSecret(secret, of: id, project, in: tx)
        return secret
    }

    /// Switches the trigger off, which ignores what comes, or on again.
    /// - Throws: `IntegrationsError.notFound`, `.versionMismatch`.
    package func disable(
        _ id: ID<Trigger>, _ isDisabled: Bool, ifMatch: VersionMatch = .any, project: ID<Project>, in tx: Transaction
    ) throws -> TriggerRecord {
        let trigger = try Self.locked(id, ifMatch, project, in: tx)
        if (trigger.disabledAt != nil) != isDisabled {
            try tx.execute(
                """
                UPDATE triggers SET disabled_at = \(isDisabled ? tx.now : nil as Timestamp?), updated_at = \(tx.now), \
                version = version + 1 WHERE id = \(id) AND project_id = \(project)
                """)
        }
        return try Self.get(id, project, in: tx)
    }

    private func setSecret(_ secret: String, of id: ID<Trigger>, _ project: ID<Project>, in tx: Transaction) throws {
        let sealed = try sealing.seal(Array(secret.utf8), TriggerSecret.context(id))
        try tx.execute(
            """
            UPDATE triggers SET secret = \(sealed), updated_at = \(tx.now) WHERE id = \(id) AND project_id = \(project)
            """)
    }

    private static func locked(
        _ id: ID<Trigger>, _ ifMatch: VersionMatch, _ project: ID<Project>, in tx: Transaction
    ) throws -> TriggerRecord {
        let row = try tx.first(
            """
            SELECT \(sql: TriggerRecord.columns) FROM triggers WHERE id = \(id) AND project_id = \(project) FOR UPDATE
            """)
        guard let row else { throw IntegrationsError.notFound }
        let trigger = try TriggerRecord(row)
        guard ifMatch.admits(trigger.version) else {
            throw IntegrationsError.versionMismatch(current: trigger.version)
        }
        return trigger
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
