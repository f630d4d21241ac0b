package import Domain
package import MariaDB

/// What a list of executions is narrowed to; nil or empty does not narrow.
package struct ExecutionFilter: Sendable {
    package var statuses: [ExecutionStatus] = []
    package var kinds: [ExecutionKind] = []
    package var types: [CaseType] = []
    /// Keys of test cases or suites.
    package var definitionKeys: [String] = []
    package var branches: [String] = []
    /// Runs of test cases that have one of these tags now.
    package var tags: [String] = []
    package var commit: String?
    package var environments: [String] = []
    package var number: Int?
    package var createdFrom: Timestamp?
    package var createdTo: Timestamp?
    /// Text in the name, branch or commit.
    package var text: String?
    /// Users, tokens or triggers.
    package var starters: [UUIDv7] = []
    /// nil does not narrow; empty matches nothing.
    package var ids: [ID<Execution>]?
    package var rootsOnly = true

    package init() {}
}

/// One page of a list.
package struct ExecutionPage: Sendable {
    package let items: [JSONValue]
    /// Where the next page begins; nil on the last.
    package let next: ID<Execution>?
}

/// Reads executions for people: lists, one, children, counts.
package struct FindExecutions: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The head of the project's feed, to be read before live data and answered as `Assay-Feed`.
    package func feedPosition() throws -> Int {
        try pool.read { try $0.query("SELECT COALESCE(MAX(pos), 0) pos FROM feed").first?.int("pos") ?? 0 }
    }

    /// - Throws: `ExecutionFault.notFound` also when it belongs to none of `projects`; nil sees every project.
    package func get(_ id: ID<Execution>, in projects: [ID<Project>]?) throws -> JSONValue {
        try pool.read { connection in
            let scope: SQL = projects.map { "AND e.project_id IN (\(list: $0))" } ?? ""
            guard
                let row = try connection.query(
                    "SELECT \(sql: ExecutionDocument.columns) FROM \(sql: ExecutionDocument.source) WHERE e.id = \(id) \(sql: scope)"
                ).first
            else { throw ExecutionFault.notFound }
            return try ExecutionDocument.json(row)
        }
    }

    /// The project of an execution, for the permission check.
    ///
    /// - Throws: `ExecutionFault.notFound`.
    package func project(of id: ID<Execution>) throws -> ID<Project> {
        try pool.read { connection in
            guard let row = try connection.query("SELECT project_id FROM executions WHERE id = \(id)").first else {
                throw ExecutionFault.notFound
            }
            return try row.id("project_id")
        }
    }

    /// Newest first; `after` is the last id of the page before.
    package func list(
        project: ID<Project>, _ filter: ExecutionFilter, limit: Int, after: ID<Execution>?, history: Bool = false,
        children: Bool = false
    ) throws -> ExecutionPage {
        try pool.read { connection in
            var conditions = conditions(project, filter)
            if let after { conditions = conditions + " AND e.id < \(after)" }
            let rows = try connection.query(
                """
                SELECT \(sql: ExecutionDocument.columns) FROM \(sql: ExecutionDocument.source)
                WHERE \(sql: conditions) ORDER BY e.id DESC LIMIT \(limit + 1)
                """)
            var found = try rows.prefix(limit).map(Found.init)
            if history { try addHistory(to: &found, project, connection) }
            if children { try addChildren(to: &found, project, connection) }
            return ExecutionPage(
                items: found.map { .object($0.document) }, next: rows.count > limit ? found.last?.id : nil)
        }
    }

    /// What held for an execution when its run was started, and who said so.
    /// - Throws: `ExecutionFault.notFound`.
    package func settings(of id: ID<Execution>, project: ID<Project>) throws -> EffectiveSettings {
        try pool.read { connection in
            guard
                let row = try connection.query(
                    "SELECT \(sql: ExecutionRow.columns) FROM executions WHERE id = \(id) AND project_id = \(project)"
                ).first
            else { throw ExecutionFault.notFound }
            let (own, root) = try RequestStore.read(try ExecutionRow(row), connection)
            return EffectiveSettings(of: own.case, in: root)
        }
    }

    /// How many executions of each status match.
    package func counts(project: ID<Project>, _ filter: ExecutionFilter) throws -> [ExecutionStatus: Int] {
        try pool.read { connection in
            let rows = try connection.query(
                "SELECT e.status, COUNT(*) n FROM executions e WHERE \(sql: conditions(project, filter)) GROUP BY e.status"
            )
            return Dictionary(try rows.map { (try $0.value("status"), try $0.int("n")) }, uniquingKeysWith: +)
        }
    }

    /// A suite's children by position, or with those first that need somebody.
    package func children(
        of id: ID<Execution>, project: ID<Project>, statuses: [ExecutionStatus], key: String?, byUrgency: Bool,
        limit: Int,
        offset: Int
    ) throws -> (items: [JSONValue], hasMore: Bool) {
        try pool.read { connection in
            var conditions: SQL = "c.parent_id = \(id)"
            if !statuses.isEmpty { conditions = conditions + " AND c.status IN (\(list: statuses))" }
            if let key { conditions = conditions + " AND c.definition_key = \(key)" }
            // Ids first, out of an index alone: a page far behind in a long suite must not read what it passes over.
            let rows = try connection.query(
                """
                SELECT \(sql: ExecutionDocument.columns) FROM \(sql: ExecutionDocument.source)
                JOIN (SELECT c.id, c.position, \(sql: byUrgency ? FindExecutions.urgency : "0") AS urgency FROM executions c
                  WHERE \(sql: conditions) ORDER BY \(sql: byUrgency ? "urgency, c.position" : "c.position")
                  LIMIT \(limit + 1) OFFSET \(offset)) page ON page.id = e.id
                WHERE e.project_id = \(project)
                ORDER BY \(sql: byUrgency ? "page.urgency, page.position" : "page.position")
                """)
            return (try rows.prefix(limit).map(ExecutionDocument.json), rows.count > limit)
        }
    }

    private static let urgency: SQL =
        "FIELD(c.status, 'failed', 'timeout', 'aborted', 'retrying', 'running', 'pending', 'cancelled', 'skipped', 'passed')"

    private func conditions(_ project: ID<Project>, _ filter: ExecutionFilter) -> SQL {
        var sql: SQL = "e.project_id = \(project)"
        if filter.rootsOnly { sql = sql + " AND e.parent_id IS NULL" }
        if !filter.statuses.isEmpty { sql = sql + " AND e.status IN (\(list: filter.statuses))" }
        if !filter.kinds.isEmpty { sql = sql + " AND e.kind IN (\(list: filter.kinds))" }
        if !filter.types.isEmpty { sql = sql + " AND e.type IN (\(list: filter.types))" }
        if !filter.definitionKeys.isEmpty { sql = sql + " AND e.definition_key IN (\(list: filter.definitionKeys))" }
        if !filter.branches.isEmpty { sql = sql + " AND e.branch IN (\(list: filter.branches))" }
        if !filter.tags.isEmpty {
            sql =
                sql + """
                     AND e.definition_id IN (SELECT t.definition_id FROM test_case_tags t
                      WHERE t.project_id = \(project) AND t.tag IN (\(list: filter.tags)))
                    """
        }
        if let commit = filter.commit { sql = sql + " AND \(sql: matches("e.commit_id", likeText(commit) + "%"))" }
        if !filter.environments.isEmpty { sql = sql + " AND e.environment IN (\(list: filter.environments))" }
        if let number = filter.number { sql = sql + " AND e.number = \(number)" }
        if let from = filter.createdFrom { sql = sql + " AND e.created_at >= \(from)" }
        if let to = filter.createdTo { sql = sql + " AND e.created_at < \(to)" }
        if let ids = filter.ids { sql = sql + (ids.isEmpty ? " AND FALSE" : " AND e.id IN (\(list: ids))") }
        if !filter.starters.isEmpty { sql = sql + " AND e.started_by IN (\(list: filter.starters))" }
        if let text = filter.text, !text.isEmpty {
            let pattern = "%" + likeText(text) + "%"
            sql =
                sql + " AND (\(sql: matches("e.name", pattern)) OR \(sql: matches("e.branch", pattern))"
                + " OR \(sql: matches("e.commit_id", likeText(text) + "%")))"
        }
        return sql
    }

    private func likeText(_ text: String) -> String {
        text.map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// People search without regard to case and accents, although names are compared byte by byte.
    private func matches(_ column: StaticString, _ pattern: String) -> SQL {
        "\(raw: column) COLLATE utf8mb4_general_ci LIKE \(pattern)"
    }
}

/// One execution of a page while more is added to it.
private struct Found {
    let id: ID<Execution>
    let kind: ExecutionKind
    let definition: UUIDv7?
    var document: [String: JSONValue]

    init(_ row: Row) throws {
        id = try row.id("id")
        kind = try row.value("kind")
        definition = try row.uuidOrNil("definition_id")
        document = try ExecutionDocument.json(row).object ?? [:]
    }
}

extension FindExecutions {
    /// The last 12 runs of each one's definition up to it, in one statement of one index range each.
    private func addHistory(to found: inout [Found], _ project: ID<Project>, _ connection: Connection) throws {
        var ranges: [SQL] = []
        for (index, one) in found.enumerated() {
            guard let definition = one.definition else { continue }
            ranges.append(
                """
                (SELECT \(index) AS item, id, status FROM executions WHERE definition_id = \(definition)
                  AND project_id = \(project) AND parent_id IS NULL AND id <= \(one.id) ORDER BY id DESC LIMIT 12)
                """)
            found[index].document["history"] = []
        }
        guard !ranges.isEmpty else { return }
        let rows = try connection.query(
            "SELECT item, status FROM (\(sql: ranges.joined(separator: " UNION ALL "))) h ORDER BY item, id")
        for (index, rows) in try Dictionary(grouping: rows, by: { try $0.int("item") })
        where found.indices.contains(index) {
            found[index].document["history"] = .array(try rows.map { .string(try $0.text("status")) })
        }
    }

    /// The statuses of the first 500 children of each suite, in one statement.
    private func addChildren(to found: inout [Found], _ project: ID<Project>, _ connection: Connection) throws {
        let suites = found.filter { $0.kind != .case }.map(\.id)
        guard !suites.isEmpty else { return }
        let rows = try connection.query(
            """
            SELECT parent_id, status FROM executions
            WHERE parent_id IN (\(list: suites)) AND position < 500 AND project_id = \(project) ORDER BY parent_id, position
            """)
        let statuses = try Dictionary(grouping: rows, by: { try $0.uuid("parent_id") })
        for index in found.indices where found[index].kind != .case {
            let own = statuses[found[index].id.uuid] ?? []
            found[index].document["children"] = .array(try own.map { .string(try $0.text("status")) })
        }
    }
}
