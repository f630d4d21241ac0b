package import Domain
package import MariaDB

/// One version of a test case with what the queue needs of it.
package struct ResolvedCase: Sendable, Equatable {
    package let id: ID<TestCase>
    package let key: String
    package let name: String
    package let version: Int
    package let type: CaseType
    package let labels: [String]
    package let timeoutMs: Int64?
    package let retry: RetryPolicy?
}

/// One version of a suite with its cases in the order they run.
package struct ResolvedSuite: Sendable, Equatable {
    package let id: ID<TestSuite>
    package let key: String
    package let name: String
    package let version: Int
    package let options: SuiteOptions
    package let cases: [ResolvedCase]
}

/// Turns keys into what a run starts with.
package struct ResolveDefinitions: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// - Throws: `CatalogError.notFound`.
    package func testCase(_ key: String, project: ID<Project>) throws -> ResolvedCase {
        guard isHumanKey(key),
            let found = try pool.read({ try cases("d.live_key = \(key)", project, $0) }).first
        else { throw CatalogError.notFound }
        return found
    }

    /// - Throws: `CatalogError.notFound`; `.conflict` when a listed case has been deleted, when the tags choose none, or
    ///   more than 10,000.
    package func testSuite(_ key: String, project: ID<Project>) throws -> ResolvedSuite {
        guard isHumanKey(key) else { throw CatalogError.notFound }
        return try pool.read { connection in
            let store = DefinitionStore<SuiteDefinition>()
            guard let suite = try store.read("d.live_key = \(key)", project: project, connection).first else {
                throw CatalogError.notFound
            }
            return ResolvedSuite(
                id: suite.id, key: key, name: suite.definition.name, version: suite.version,
                options: suite.definition.options, cases: try chosen(suite.definition, project, connection))
        }
    }

    /// Id and name of a suite; nil when there is none of this key.
    package func suiteName(_ key: String, project: ID<Project>) throws -> (id: ID<TestSuite>, name: String)? {
        guard isHumanKey(key) else { return nil }
        return try pool.read { connection in
            try DefinitionStore<SuiteDefinition>().read("d.live_key = \(key)", project: project, connection).first
                .map { ($0.id, $0.definition.name) }
        }
    }

    /// How many cases each suite runs now; a listed case that is gone still counts.
    package func caseCounts(
        of suites: [Versioned<SuiteDefinition>], project: ID<Project>
    ) throws -> [ID<TestSuite>: Int] {
        let needsTags = suites.contains { $0.definition.tags != nil }
        let tags = needsTags ? try pool.read { try tagsByKey(project, $0) } : [:]
        var counts: [ID<TestSuite>: Int] = [:]
        for suite in suites {
            if let expression = suite.definition.tags.flatMap({ try? TagExpression(parsing: $0) }) {
                counts[suite.id] = tags.values.count { expression.matches($0) }
            } else {
                counts[suite.id] = suite.definition.cases?.count ?? 0
            }
        }
        return counts
    }

    private func chosen(
        _ suite: SuiteDefinition, _ project: ID<Project>, _ connection: Connection
    ) throws -> [ResolvedCase] {
        let keys = try suite.cases ?? keysTagged(suite.tags ?? "", project, connection)
        var found: [String: ResolvedCase] = [:]
        for chunk in chunks(of: Set(keys).sorted(), 500) {
            for one in try cases("d.live_key IN (\(list: chunk))", project, connection) { found[one.key] = one }
        }
        return try keys.map { key in
            guard let one = found[key] else { throw CatalogError.conflict("test case '\(key)' no longer exists") }
            return one
        }
    }

    private func keysTagged(_ tags: String, _ project: ID<Project>, _ connection: Connection) throws -> [String] {
        guard let expression = try? TagExpression(parsing: tags) else {
            throw CatalogError.conflict("the tag expression of the suite cannot be read")
        }
        let keys = try tagsByKey(project, connection).filter { expression.matches($0.value) }.keys.sorted()
        guard !keys.isEmpty else { throw CatalogError.conflict("the tags of the suite choose no test case") }
        guard keys.count <= Limits.casesPerSuite.upperBound else {
            throw CatalogError.conflict(
                "the tags of the suite choose more than \(Limits.casesPerSuite.upperBound) test cases")
        }
        return keys
    }

    /// Tags of every live case, untagged ones included: `not slow` chooses those too.
    private func tagsByKey(_ project: ID<Project>, _ connection: Connection) throws -> [String: Set<String>] {
        let rows = try connection.query(
            """
            SELECT d.live_key, t.tag FROM test_cases d LEFT JOIN test_case_tags t ON t.definition_id = d.id
            WHERE d.project_id = \(project) AND d.live_key IS NOT NULL
            """)
        var tags: [String: Set<String>] = [:]
        for row in rows {
            let key = try row.text("live_key")
            tags[key, default: []].formUnion(try row.textOrNil("tag").map { [$0] } ?? [])
        }
        return tags
    }

    /// Reads the members a start needs, not whole definitions: a suite may have 10,000 of them. Those nested deeper than the
    /// database's JSON functions go (31 levels) come whole.
    private func cases(_ condition: SQL, _ project: ID<Project>, _ connection: Connection) throws -> [ResolvedCase] {
        let rows = try connection.query(
            """
            SELECT d.id, d.live_key, d.name, d.version, IF(JSON_VALID(v.definition),
              JSON_OBJECT('type', JSON_VALUE(v.definition, '$.type'),
                'labels', JSON_EXTRACT(v.definition, '$.labels'), 'timeoutMs', JSON_EXTRACT(v.definition, '$.timeoutMs'),
                'retry', JSON_EXTRACT(v.definition, '$.retry')), v.definition) AS excerpt
            FROM test_cases d JOIN test_case_versions v ON v.definition_id = d.id AND v.version = d.version
            WHERE d.project_id = \(project) AND \(sql: condition)
            """)
        return try rows.map { row in
            var excerpt = FieldReader(try row.json("excerpt"), at: "")
            return ResolvedCase(
                id: try row.id("id"), key: try row.text("live_key"), name: try row.text("name"),
                version: try row.int("version"), type: excerpt.word("type") ?? .generic,
                labels: excerpt.strings("labels", 0...10_000, each: Limits.valueText) ?? [],
                timeoutMs: excerpt.integer("timeoutMs", in: Limits.timeoutMs),
                retry: excerpt.object("retry", RetryPolicy.read))
        }
    }
}
