package import Domain
package import MariaDB

/// The name of a secret; its value leaves only to an agent that needs it.
package struct SecretName: Hashable, Sendable {
    package let name: String
    package let updatedAt: Timestamp
}

/// A project's secrets: written by people, read by executions, encrypted in between.
package struct Secrets: Sendable {
    private static let maximumPerProject = 1000
    private let pool: Pool
    private let seal: Seal

    package init(pool: Pool, seal: Seal) {
        self.pool = pool
        self.seal = seal
    }

    /// Stores a value under a name, replacing an older one.
    /// - Throws: `IdentityError.invalid`, `.notFound` for an unknown project, `.conflict` above 1,000 secrets.
    package func put(_ name: String, value: String, project: ID<Project>, by caller: Caller) throws {
        var check = FieldCheck()
        if !isSecretName(name) {
            check.fault("/name", "must be 1 to 63 letters, digits and '_', not starting with a digit")
        }
        if let fault = textFault(value, Limits.secret) { check.fault("/value", fault) }
        try check.finish()
        let sealed = try seal.seal(Array(value.utf8), context: context(name, project))
        try pool.transaction { tx in
            guard try count(project, besides: name, tx) < Secrets.maximumPerProject else {
                throw IdentityError.conflict("a project has at most \(Secrets.maximumPerProject) secrets")
            }
            try refusing(.notFound) {
                _ = try tx.execute(
                    """
                    INSERT INTO secrets (project_id, name, key_id, sealed, updated_at)
                    VALUES (\(project), \(name), \(seal.keyID), \(sealed), \(tx.now))
                    ON DUPLICATE KEY UPDATE key_id = \(seal.keyID), sealed = \(sealed), updated_at = \(tx.now)
                    """)
            }
            try Audit.record(tx, AuditEntry("secret.put", "secret", name, project: project), by: caller)
        }
    }

    /// - Throws: `IdentityError.notFound`.
    package func delete(_ name: String, project: ID<Project>, by caller: Caller) throws {
        guard isSecretName(name) else { throw IdentityError.notFound }
        try pool.transaction { tx in
            let deleted = try tx.execute("DELETE FROM secrets WHERE project_id = \(project) AND name = \(name)")
            guard deleted == 1 else { throw IdentityError.notFound }
            try Audit.record(tx, AuditEntry("secret.delete", "secret", name, project: project), by: caller)
        }
    }

    /// All names, in order.
    package func names(project: ID<Project>) throws -> [SecretName] {
        let rows = try pool.read { connection in
            try connection.query("SELECT name, updated_at FROM secrets WHERE project_id = \(project) ORDER BY name")
        }
        return try rows.map { SecretName(name: try $0.text("name"), updatedAt: try $0.time("updated_at")) }
    }

    /// The values of `names` that exist, for `execution`; what is missing is missing in the answer. Reading is logged.
    /// - Throws: `IdentityError.sealBroken`.
    package func values(
        project: ID<Project>, names: [String], for execution: ID<Execution>? = nil, by caller: Caller = .system
    ) throws -> [String: String] {
        let known = names.filter(isSecretName)
        guard !known.isEmpty else { return [:] }
        return try pool.transaction { tx in
            let rows = try tx.query(
                "SELECT name, sealed FROM secrets WHERE project_id = \(project) AND name IN (\(list: known)) ORDER BY name"
            )
            guard !rows.isEmpty else { return [:] }
            var values: [String: String] = [:]
            for row in rows {
                let name = try row.text("name")
                let plain = try seal.open(try row.bytes("sealed"), context: context(name, project))
                values[name] = String(decoding: plain, as: UTF8.self)
            }
            let line = AuditEntry(
                "secret.read", "execution", execution?.description ?? "", project: project,
                after: ["names": .array(values.keys.sorted().map { .string($0) })])
            try Audit.record(tx, line, by: caller)
            return values
        }
    }

    /// Seals at most 100 values again that an older key sealed; answers how many. Call until 0, then drop the old key.
    package func sealAgain() throws -> Int {
        try pool.transaction { tx in
            let rows = try tx.query(
                "SELECT project_id, name, sealed FROM secrets WHERE key_id <> \(seal.keyID) LIMIT 100 FOR UPDATE")
            for row in rows {
                let project: ID<Project> = try row.id("project_id")
                let name = try row.text("name")
                let place = context(name, project)
                let sealed = try seal.seal(try seal.open(try row.bytes("sealed"), context: place), context: place)
                _ = try tx.execute(
                    """
                    UPDATE secrets SET key_id = \(seal.keyID), sealed = \(sealed)
                    WHERE project_id = \(project) AND name = \(name)
                    """)
            }
            return rows.count
        }
    }

    private func count(_ project: ID<Project>, besides name: String, _ tx: Transaction) throws -> Int {
        try tx.first("SELECT COUNT(*) AS n FROM secrets WHERE project_id = \(project) AND name <> \(name)")?.int("n")
            ?? 0
    }

    private func context(_ name: String, _ project: ID<Project>) -> String { "secret/\(project)/\(name)" }
}

/// Whether `text` can name a secret or a variable: what a shell takes as a variable's name, at most 63 bytes.
func isSecretName(_ text: String) -> Bool {
    guard (1...63).contains(text.utf8.count), let first = text.utf8.first else { return false }
    return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first)
        && text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
}
