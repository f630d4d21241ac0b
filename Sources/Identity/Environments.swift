package import Domain
package import MariaDB

/// A named set of variables that runs can choose: staging, production.
package struct EnvironmentSummary: Hashable, Sendable {
    package let name: String
    package let variables: [String: String]
    package let version: Int
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
}

/// A project's environments.
package struct Environments: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// - Throws: `IdentityError.invalid`, `.conflict` when the name is taken, `.notFound` for an unknown project.
    package func create(
        _ name: String, variables: [String: String], project: ID<Project>, by caller: Caller
    ) throws -> EnvironmentSummary {
        try check(name, variables)
        return try pool.transaction { tx in
            guard try EnvironmentStore.lock(name, project, tx) == nil else {
                throw IdentityError.conflict("an environment with this name exists")
            }
            return try EnvironmentStore.put(name, variables, project, caller, tx)
        }
    }

    /// Creates or replaces one.
    /// - Throws: `IdentityError.invalid`, `.notFound` for an unknown project, `.versionMismatch`.
    package func put(
        _ name: String, variables: [String: String], ifMatch: VersionMatch = .any, project: ID<Project>,
        by caller: Caller
    ) throws -> EnvironmentSummary {
        try check(name, variables)
        return try pool.transaction { tx in
            let current = try EnvironmentStore.lock(name, project, tx)?.version
            guard ifMatch.admits(current) else { throw IdentityError.versionMismatch(current: current) }
            return try EnvironmentStore.put(name, variables, project, caller, tx)
        }
    }

    /// - Throws: `IdentityError.notFound`, `.versionMismatch`.
    package func delete(
        _ name: String, ifMatch: VersionMatch = .any, project: ID<Project>, by caller: Caller
    ) throws {
        guard isHumanKey(name) else { throw IdentityError.notFound }
        try pool.transaction { tx in
            guard let before = try EnvironmentStore.lock(name, project, tx) else { throw IdentityError.notFound }
            guard ifMatch.admits(before.version) else {
                throw IdentityError.versionMismatch(current: before.version)
            }
            _ = try tx.execute("DELETE FROM environments WHERE project_id = \(project) AND name = \(name)")
            let line = AuditEntry(
                "environment.delete", "environment", name, project: project, before: before.audited)
            try Audit.record(tx, line, by: caller)
        }
    }

    /// - Throws: `IdentityError.notFound`.
    package func find(_ name: String, project: ID<Project>) throws -> EnvironmentSummary {
        guard isHumanKey(name),
            let found = try pool.read({ try EnvironmentStore.read("name = \(name)", project, $0) }).first
        else { throw IdentityError.notFound }
        return found
    }

    /// By name.
    package func list(project: ID<Project>, cursor: String? = nil, limit: Int? = nil) throws -> Page<EnvironmentSummary>
    {
        let size = pageSize(limit)
        let after = cursor ?? ""
        guard after.isEmpty || isHumanKey(after) else {
            throw IdentityError.invalid([FieldFault("/cursor", "is not a cursor of this list")])
        }
        let rows = try pool.read { connection in
            try EnvironmentStore.read("name > \(after) ORDER BY name LIMIT \(size + 1)", project, connection)
        }
        return Page(rows, limit: size) { $0.name }
    }

    /// Faults of a name and its variables, with pointers below `pointer`.
    package static func faults(name: String, variables: [String: String], at pointer: String = "") -> [FieldFault] {
        var faults: [FieldFault] = []
        func add(_ fault: String?, _ place: String) {
            if let fault { faults.append(FieldFault(pointer + place, fault)) }
        }
        add(textFault(name, 1...63, .key), "/name")
        add(countFault(variables.count, Limits.parameters), "/variables")
        for (variable, value) in variables.sorted(by: { $0.key < $1.key }) {
            let place = "/variables/" + escapedPointerToken(variable)
            add(nameFault(ofVariable: variable), place)
            add(textFault(value, Limits.valueText), place)
        }
        return faults
    }

    private func check(_ name: String, _ variables: [String: String]) throws {
        let faults = Environments.faults(name: name, variables: variables)
        guard faults.isEmpty else { throw IdentityError.invalid(faults) }
    }
}

extension EnvironmentSummary {
    var audited: JSONValue { .object(["variables": .object(variables.mapValues { .string($0) })]) }
}
