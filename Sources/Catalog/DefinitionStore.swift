import Domain
import MariaDB

/// SQL of the three pairs of tables that hold definitions and their versions.
struct DefinitionStore<Definition: CatalogDefinition> {
    private let tables = Definition.tables

    /// Columns of `Versioned`, of entries `d` joined with one of their versions `v`.
    private var columns: SQL {
        "d.id, v.version, v.definition, d.created_at, v.created_at AS updated_at"
    }

    private var current: SQL {
        """
        SELECT \(sql: columns) FROM \(sql: tables.entries) d
        JOIN \(sql: tables.versions) v ON v.definition_id = d.id AND v.version = d.version
        """
    }

    /// Current versions of live entries that `condition` on `d` names.
    func read(
        _ condition: SQL, project: ID<Project>, _ connection: Connection
    ) throws -> [Versioned<Definition>] {
        try connection.query(current + " WHERE d.project_id = \(project) AND d.live_key IS NOT NULL AND " + condition)
            .map(versioned)
    }

    /// The same, locked until the transaction ends.
    func lock(_ condition: SQL, project: ID<Project>, _ tx: Transaction) throws -> [Versioned<Definition>] {
        try tx.query(
            current + " WHERE d.project_id = \(project) AND d.live_key IS NOT NULL AND " + condition + " FOR UPDATE"
        ).map(versioned)
    }

    /// Any version of an entry, deleted ones included, newest first.
    func history(
        _ id: ID<Definition.Entity>, below version: Int?, count: Int, project: ID<Project>, _ connection: Connection
    ) throws -> [Versioned<Definition>] {
        let start: SQL = if let version { "AND v.version < \(version)" } else { "" }
        return try connection.query(
            """
            SELECT \(sql: columns) FROM \(sql: tables.entries) d JOIN \(sql: tables.versions) v ON v.definition_id = d.id
            WHERE d.id = \(id) AND d.project_id = \(project) \(sql: start) ORDER BY v.version DESC LIMIT \(count)
            """
        ).map(versioned)
    }

    func insert(_ new: Definition, project: ID<Project>, by caller: Caller, _ tx: Transaction) throws -> Versioned<
        Definition
    > {
        let id = ID<Definition.Entity>(at: tx.now)
        do {
            _ = try tx.execute(
                """
                INSERT INTO \(sql: tables.entries)
                  (id, project_id, definition_key, live_key, name, version, created_at, updated_at)
                VALUES (\(id), \(project), \(new.key), \(new.key), \(new.name), 1, \(tx.now), \(tx.now))
                """)
        } catch {
            guard case .duplicate = error else { throw error }
            throw CatalogError.conflict("'\(new.key)' exists")
        }
        try insertVersion(1, of: id, new, project: project, by: caller, tx)
        return Versioned(id: id, version: 1, definition: new, createdAt: tx.now, updatedAt: tx.now)
    }

    /// Makes `new` the next version of `old`, which the caller has locked.
    func update(
        _ old: Versioned<Definition>, to new: Definition, project: ID<Project>, by caller: Caller, _ tx: Transaction
    ) throws -> Versioned<Definition> {
        let version = old.version + 1
        _ = try tx.execute(
            """
            UPDATE \(sql: tables.entries) SET name = \(new.name), version = \(version), updated_at = \(tx.now)
            WHERE id = \(old.id) AND project_id = \(project) AND version = \(old.version)
            """)
        try insertVersion(version, of: old.id, new, project: project, by: caller, tx)
        return Versioned(
            id: old.id, version: version, definition: new, createdAt: old.createdAt, updatedAt: tx.now)
    }

    func delete(_ old: Versioned<Definition>, project: ID<Project>, _ tx: Transaction) throws {
        _ = try tx.execute(
            """
            UPDATE \(sql: tables.entries) SET live_key = NULL, deleted_at = \(tx.now), updated_at = \(tx.now)
            WHERE id = \(old.id) AND project_id = \(project)
            """)
        if let tags = tables.tags { try deleteTags(of: old.id, tags, tx) }
    }

    private func insertVersion(
        _ version: Int, of id: ID<Definition.Entity>, _ new: Definition, project: ID<Project>, by caller: Caller,
        _ tx: Transaction
    ) throws {
        _ = try tx.execute(
            """
            INSERT INTO \(sql: tables.versions) (definition_id, version, project_id, definition, created_at, created_by)
            VALUES (\(id), \(version), \(project), \(try new.document()), \(tx.now), \(caller.userID.sqlValue))
            """)
        guard let tags = tables.tags else { return }
        if version > 1 { try deleteTags(of: id, tags, tx) }
        for tag in new.searchTags {
            _ = try tx.execute(
                "INSERT INTO \(sql: tags) (project_id, tag, definition_id) VALUES (\(project), \(tag), \(id))")
        }
    }

    private func deleteTags(of id: ID<Definition.Entity>, _ tags: SQL, _ tx: Transaction) throws {
        _ = try tx.execute("DELETE FROM \(sql: tags) WHERE definition_id = \(id)")
    }

    private func versioned(_ row: Row) throws -> Versioned<Definition> {
        Versioned(
            id: try row.id("id"), version: try row.int("version"), definition: try .decoded(try row.json("definition")),
            createdAt: try row.time("created_at"), updatedAt: try row.time("updated_at"))
    }
}
