package import Domain
package import MariaDB

/// The environments of a project, which another feature keeps; the program binds these.
package struct EnvironmentSeam: Sendable {
    /// Faults of a name and its variables, below a pointer.
    package typealias Check =
        @Sendable (_ name: String, _ variables: [String: String], _ pointer: String) -> [FieldFault]
    let check: Check
    /// The variables of one that exists, locked.
    let current: @Sendable (Transaction, ID<Project>, _ name: String) throws -> [String: String]?
    let put: @Sendable (Transaction, ID<Project>, _ name: String, _ variables: [String: String], Caller) throws -> Void

    package init(
        check: @escaping Check,
        current: @escaping @Sendable (Transaction, ID<Project>, String) throws -> [String: String]?,
        put: @escaping @Sendable (Transaction, ID<Project>, String, [String: String], Caller) throws -> Void
    ) {
        self.check = check
        self.current = current
        self.put = put
    }
}

/// What applying does to one definition.
package struct CatalogChange: Sendable, Equatable {
    package enum Action: String, Sendable, CaseIterable { case create, update, unchanged }

    /// `testCase`, `testSuite`, `testItem` or `environment`.
    package let kind: String
    package let key: String
    package let action: Action
    /// Members of the document that differ, in alphabetical order; empty for `unchanged`.
    package let fields: [String]
}

/// Brings a project to the state a document describes. What the document does not name is left alone.
package struct ApplyCatalog: Sendable {
    private let pool: Pool
    private let audit: AuditSink
    private let environments: EnvironmentSeam

    package init(pool: Pool, audit: @escaping AuditSink, environments: EnvironmentSeam) {
        self.pool = pool
        self.audit = audit
        self.environments = environments
    }

    /// Applies all of `document` or nothing; `dryRun` only answers what would change.
    ///
    /// - Throws: `CatalogError.invalid` with every fault, pointing like `/testCases/3/steps/0/http/url`.
    package func apply(
        _ document: [UInt8], format: CatalogFormat, project: ID<Project>, dryRun: Bool, by caller: Caller
    ) throws -> [CatalogChange] {
        let wish = CatalogDocument(document, format: format, environmentFaults: environments.check)
        // References are checked even then, so that one answer names everything that is wrong.
        return try pool.transaction { tx in
            let faults = try wish.faults + missingCases(wish, project, tx)
            guard faults.isEmpty else { throw CatalogError.invalid(faults) }
            let run = Run(project: project, dryRun: dryRun, caller: caller, tx: tx)
            return try apply(wish.cases, run) + apply(wish.items, run) + apply(wish.suites, run)
                + apply(wish.environments, run)
        }
    }

    /// What stays the same during one call.
    private struct Run {
        let project: ID<Project>
        let dryRun: Bool
        let caller: Caller
        let tx: Transaction
    }

    private func missingCases(_ wish: CatalogDocument, _ project: ID<Project>, _ tx: Transaction) throws -> [FieldFault]
    {
        let planned = Set(wish.cases.map(\.definition.key))
        return try wish.suites.flatMap { suite in
            // A key that is no key has its fault already.
            var known = suite.definition
            known.cases = known.cases?.map { isHumanKey($0) ? $0 : (planned.first ?? "") }
            return try CaseReferences.faults(
                known, at: suite.pointer, planned: planned.union([""]), project: project, tx)
        }
    }

    private func apply<Definition: CatalogDefinition>(
        _ entries: [CatalogDocument.Entry<Definition>], _ run: Run
    ) throws -> [CatalogChange] {
        let store = DefinitionStore<Definition>()
        var current: [String: Versioned<Definition>] = [:]
        // In the order of the keys, so that two documents applied at once do not wait for each other in a circle.
        for keys in chunks(of: entries.map(\.definition.key).sorted(), 200) {
            let condition: SQL = "d.live_key IN (\(list: keys)) ORDER BY d.live_key"
            for one in try store.lock(condition, project: run.project, run.tx) { current[one.definition.key] = one }
        }
        return try entries.map { entry in
            let new = entry.definition
            guard let old = current[new.key] else {
                if !run.dryRun {
                    let created = try store.insert(new, project: run.project, by: run.caller, run.tx)
                    try record("create", created, before: nil, run)
                }
                return CatalogChange(kind: Definition.kind, key: new.key, action: .create, fields: [])
            }
            let fields = try changedFields(try old.definition.document(), try new.document())
            guard !fields.isEmpty else {
                return CatalogChange(kind: Definition.kind, key: new.key, action: .unchanged, fields: [])
            }
            if !run.dryRun {
                let changed = try store.update(old, to: new, project: run.project, by: run.caller, run.tx)
                try record("change", changed, before: old.definition, run)
            }
            return CatalogChange(kind: Definition.kind, key: new.key, action: .update, fields: fields)
        }
    }

    private func apply(_ entries: [CatalogDocument.EnvironmentEntry], _ run: Run) throws -> [CatalogChange] {
        try entries.map { entry in
            let old = try environments.current(run.tx, run.project, entry.name)
            let action: CatalogChange.Action = old == nil ? .create : old == entry.variables ? .unchanged : .update
            if action != .unchanged, !run.dryRun {
                try environments.put(run.tx, run.project, entry.name, entry.variables, run.caller)
            }
            return CatalogChange(
                kind: "environment", key: entry.name, action: action, fields: action == .update ? ["variables"] : [])
        }
    }

    private func record<Definition: CatalogDefinition>(
        _ verb: String, _ after: Versioned<Definition>, before: Definition?, _ run: Run
    ) throws {
        let entry = AuditEntry(
            "\(Definition.kind).\(verb)", Definition.kind, after.id.description, project: run.project,
            before: try before?.document(), after: try after.definition.document())
        try audit(run.tx, entry, run.caller)
    }
}

private func changedFields(_ old: JSONValue, _ new: JSONValue) throws -> [String] {
    let before = old.object ?? [:]
    let after = new.object ?? [:]
    return Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }.sorted()
}
