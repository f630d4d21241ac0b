package import Domain
package import MariaDB

package typealias TestCases = Definitions<CaseDefinition>
package typealias TestSuites = Definitions<SuiteDefinition>
package typealias TestItems = Definitions<ItemDefinition>

/// Which definitions a list shows.
package struct DefinitionFilter: Sendable {
    /// Text anywhere in key or name, in either case.
    package var text: String?
    /// Test cases only.
    package var tag: String?

    package init(text: String? = nil, tag: String? = nil) {
        self.text = text
        self.tag = tag
    }
}

/// Reads and changes the definitions of one kind. Every change makes a new version; old ones stay readable.
package struct Definitions<Definition: CatalogDefinition>: Sendable {
    package typealias DefinitionID = ID<Definition.Entity>
    let pool: Pool
    let audit: AuditSink
    private var store: DefinitionStore<Definition> { DefinitionStore() }

    package init(pool: Pool, audit: @escaping AuditSink) {
        self.pool = pool
        self.audit = audit
    }

    /// Current definitions in the order of their keys.
    package func list(
        project: ID<Project>, filter: DefinitionFilter = DefinitionFilter(), cursor: String? = nil, limit: Int? = nil
    ) throws -> Page<Versioned<Definition>> {
        let size = pageSize(limit)
        var conditions: [SQL] = ["TRUE"]
        if let cursor {
            guard isHumanKey(cursor) else {
                throw CatalogError.invalid([FieldFault("/cursor", "is not a cursor of this list")])
            }
            conditions.append("d.live_key > \(cursor)")
        }
        if let text = filter.text, !text.isEmpty {
            let pattern = "%" + escapedForLike(text.cut(codePoints: 255)) + "%"
            conditions.append(
                "(d.name COLLATE utf8mb4_general_ci LIKE \(pattern) OR CONVERT(d.definition_key USING utf8mb4) COLLATE utf8mb4_general_ci LIKE \(pattern))"
            )
        }
        if let tag = filter.tag {
            guard let tags = Definition.tables.tags, isTag(tag) else { return Page(items: [], nextCursor: nil) }
            conditions.append(
                "d.id IN (SELECT t.definition_id FROM \(sql: tags) t WHERE t.project_id = \(project) AND t.tag = \(tag))"
            )
        }
        let condition = conditions.joined(separator: " AND ") + " ORDER BY d.live_key LIMIT \(size + 1)"
        let rows = try pool.read { try store.read(condition, project: project, $0) }
        return Page(rows, limit: size) { $0.definition.key }
    }

    /// - Throws: `CatalogError.notFound`, for another project's id too.
    package func find(_ id: DefinitionID, project: ID<Project>) throws -> Versioned<Definition> {
        try one(try pool.read { try store.read("d.id = \(id)", project: project, $0) })
    }

    package func find(key: String, project: ID<Project>) throws -> Versioned<Definition> {
        guard isHumanKey(key) else { throw CatalogError.notFound }
        return try one(try pool.read { try store.read("d.live_key = \(key)", project: project, $0) })
    }

    /// One version, also of a deleted definition: what a run shows, and what an agent is given.
    package func find(_ id: DefinitionID, version: Int, project: ID<Project>) throws -> Versioned<Definition> {
        let found = try pool.read { try store.history(id, below: version + 1, count: 1, project: project, $0) }
        guard let first = found.first, first.version == version else { throw CatalogError.notFound }
        return first
    }

    /// All versions, newest first.
    package func versions(
        _ id: DefinitionID, project: ID<Project>, cursor: String? = nil, limit: Int? = nil
    ) throws -> Page<Versioned<Definition>> {
        let size = pageSize(limit)
        var below: Int?
        if let cursor {
            guard let version = Int(cursor), version > 0 else {
                throw CatalogError.invalid([FieldFault("/cursor", "is not a cursor of this list")])
            }
            below = version
        }
        let rows = try pool.read { try store.history(id, below: below, count: size + 1, project: project, $0) }
        if rows.isEmpty, below == nil { throw CatalogError.notFound }
        return Page(rows, limit: size) { String($0.version) }
    }

    /// - Throws: `CatalogError.invalid` with every fault, `.conflict` when the key is taken.
    package func create(_ document: JSONValue, project: ID<Project>, by caller: Caller) throws -> Versioned<Definition>
    {
        let new = try parsed(document)
        return try pool.transaction { tx in
            try checkReferences(of: new, project, tx)
            let created = try store.insert(new, project: project, by: caller, tx)
            try record("create", created.id, project, before: nil, after: new, caller, tx)
            return created
        }
    }

    /// Makes `document` the new definition; one that changes nothing makes no version.
    ///
    /// - Parameter ifMatch: the versions the caller has seen.
    /// - Throws: `CatalogError.notFound`, `.invalid`, `.versionMismatch`.
    package func replace(
        _ id: DefinitionID, with document: JSONValue, ifMatch: VersionMatch = .any, project: ID<Project>,
        by caller: Caller
    ) throws -> Versioned<Definition> {
        try change(id, ifMatch, project, caller) { current in
            var members = document.object
            if members?["key"] == nil { members?["key"] = .string(current.definition.key) }
            return members.map { .object($0) } ?? document
        }
    }

    /// Applies a JSON merge patch (RFC 7396) to the current definition.
    package func patch(
        _ id: DefinitionID, with patch: JSONValue, ifMatch: VersionMatch = .any, project: ID<Project>, by caller: Caller
    ) throws -> Versioned<Definition> {
        guard patch.object != nil else { throw CatalogError.invalid([FieldFault("", "must be an object")]) }
        return try change(id, ifMatch, project, caller) {
            merged(try $0.definition.document(), with: withoutServerFields(patch))
        }
    }

    /// Removes a definition; its key is free again, its versions stay for the runs that used them.
    package func delete(_ id: DefinitionID, ifMatch: VersionMatch = .any, project: ID<Project>, by caller: Caller)
        throws
    {
        try pool.transaction { tx in
            let current = try lockCurrent(id, ifMatch, project, tx)
            try store.delete(current, project: project, tx)
            try record("delete", id, project, before: current.definition, after: nil, caller, tx)
        }
    }

    private func change(
        _ id: DefinitionID, _ ifMatch: VersionMatch, _ project: ID<Project>, _ caller: Caller,
        _ document: (Versioned<Definition>) throws -> JSONValue
    ) throws -> Versioned<Definition> {
        try pool.transaction { tx in
            let current = try lockCurrent(id, ifMatch, project, tx)
            let new = try parsed(try document(current))
            guard new.key == current.definition.key else {
                throw CatalogError.invalid([FieldFault("/key", "cannot be changed")])
            }
            if new == current.definition { return current }
            try checkReferences(of: new, project, tx)
            let changed = try store.update(current, to: new, project: project, by: caller, tx)
            try record("change", id, project, before: current.definition, after: new, caller, tx)
            return changed
        }
    }

    private func lockCurrent(
        _ id: DefinitionID, _ ifMatch: VersionMatch, _ project: ID<Project>, _ tx: Transaction
    ) throws -> Versioned<Definition> {
        let current = try one(try store.lock("d.id = \(id)", project: project, tx))
        guard ifMatch.admits(current.version) else { throw CatalogError.versionMismatch(current: current.version) }
        return current
    }

    private func parsed(_ document: JSONValue) throws -> Definition {
        let (definition, faults) = Definition.parsed(withoutServerFields(document), at: "")
        guard faults.isEmpty else { throw CatalogError.invalid(faults) }
        return definition
    }

    private func checkReferences(of new: Definition, _ project: ID<Project>, _ tx: Transaction) throws {
        guard let suite = new as? SuiteDefinition else { return }
        let faults = try CaseReferences.faults(suite, at: "", planned: [], project: project, tx)
        guard faults.isEmpty else { throw CatalogError.invalid(faults) }
    }

    private func record(
        _ verb: String, _ id: DefinitionID, _ project: ID<Project>, before: Definition?, after: Definition?,
        _ caller: Caller, _ tx: Transaction
    ) throws {
        let entry = AuditEntry(
            "\(Definition.kind).\(verb)", Definition.kind, id.description, project: project,
            before: try before?.document(), after: try after?.document())
        try audit(tx, entry, caller)
    }

    private func one(_ found: [Versioned<Definition>]) throws -> Versioned<Definition> {
        guard let first = found.first else { throw CatalogError.notFound }
        return first
    }
}

/// What a GET shows and a PUT of the same document brings back: ours to set, so ignored.
private func withoutServerFields(_ document: JSONValue) -> JSONValue {
    guard var members = document.object else { return document }
    for field in ["id", "project", "version", "createdAt", "updatedAt", "caseCount", "history", "medianMs", "lastRun"] {
        members[field] = nil
    }
    return .object(members)
}

/// RFC 7396: null removes a member, objects are merged, everything else replaces.
private func merged(_ target: JSONValue, with patch: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members = target.object ?? [:]
    for (key, change) in changes {
        members[key] = change.isNull ? nil : merged(members[key] ?? .object([:]), with: change)
    }
    return .object(members)
}

private func escapedForLike(_ text: String) -> String {
    var escaped = ""
    for character in text {
        if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
        escaped.append(character)
    }
    return escaped
}
