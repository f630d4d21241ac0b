package import Domain
package import MariaDB

/// What a list of executions is narrowed to; nil or empty does not narrow.
package struct ExecutionFilter: Sendable {
    package var statuses: [ExecutionStatus] = []
    package var kind: ExecutionKind?
    package var type: CaseType?
    /// Key of a test case or suite.
    package var definitionKey: String?
    package var branch: String?
    package var commit: String?
    package var environment: String?
    package var number: Int?
    package var createdFrom: Timestamp?
    package var createdTo: Timestamp?
    /// Text in the name, branch or commit.
    package var text: String?
    package var startedBy: UUIDv7?
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
            var items = try rows.prefix(limit).map(ExecutionDocument.json)
            if history { items = try items.map { try withHistory($0, project, connection) } }
            if children { items = try items.map { try withChildren($0, connection) } }
            let last: ID<Execution>? = rows.count > limit ? try rows[limit - 1].id("id") : nil
            return ExecutionPage(items: items, next: last)
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

    /// A suite's children by position.
    package func children(
        of id: ID<Execution>, project: ID<Project>, statuses: [ExecutionStatus], key: String?, byUrgency: Bool,
        limit: Int,
        offset: Int
    ) throws -> (items: [JSONValue], hasMore: Bool) {
        try pool.read { connection in
            var conditions: SQL = "e.parent_id = \(id) AND e.project_id = \(project)"
            if !statuses.isEmpty { conditions = conditions + " AND e.status IN (\(list: statuses))" }
            if let key { conditions = conditions + " AND e.definition_key = \(key)" }
            let order: SQL =
                byUrgency
                ? """
                FIELD(e.status, 'failed', 'timeout', 'aborted', 'retrying', 'running', 'pending', 'cancelled', 'passed'), e.position
                """ : "e.position"
            let rows = try connection.query(
                """
                SELECT \(sql: ExecutionDocument.columns) FROM \(sql: ExecutionDocument.source)
                WHERE \(sql: conditions) ORDER BY \(sql: order) LIMIT \(limit + 1) OFFSET \(offset)
                """)
            return (try rows.prefix(limit).map(ExecutionDocument.json), rows.count > limit)
        }
    }

    private func conditions(_ project: ID<Project>, _ filter: ExecutionFilter) -> SQL {
        var sql: SQL = "e.project_id = \(project)"
        if filter.rootsOnly { sql = sql + " AND e.parent_id IS NULL" }
        if !filter.statuses.isEmpty { sql = sql + " AND e.status IN (\(list: filter.statuses))" }
        if let kind = filter.kind { sql = sql + " AND e.kind = \(kind)" }
        if let type = filter.type { sql = sql + " AND e.type = \(type)" }
        if let key = filter.definitionKey { sql = sql + " AND e.definition_key = \(key)" }
        if let branch = filter.branch { sql = sql + " AND e.branch = \(branch)" }
        if let commit = filter.commit { sql = sql + " AND e.commit_id LIKE \(likeText(commit) + "%")" }
        if let environment = filter.environment { sql = sql + " AND e.environment = \(environment)" }
        if let number = filter.number { sql = sql + " AND e.number = \(number)" }
        if let from = filter.createdFrom { sql = sql + " AND e.created_at >= \(from)" }
        if let to = filter.createdTo { sql = sql + " AND e.created_at < \(to)" }
        if let user = filter.startedBy { sql = sql + " AND e.started_by = \(user)" }
        if let text = filter.text, !text.isEmpty {
            let pattern = "%" + likeText(text) + "%"
            sql =
                sql
                + " AND (e.name LIKE \(pattern) OR e.branch LIKE \(pattern) OR e.commit_id LIKE \(likeText(text) + "%"))"
        }
        return sql
    }

    private func likeText(_ text: String) -> String {
        text.map { "\\%_".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    private func withHistory(_ item: JSONValue, _ project: ID<Project>, _ connection: Connection) throws -> JSONValue {
        guard var document = item.object, let definition = item["definition"]?["id"]?.string,
            let id = UUIDv7(definition)
        else {
            return item
        }
        let rows = try connection.query(
            """
            SELECT status FROM executions WHERE definition_id = \(id) AND project_id = \(project) AND parent_id IS NULL
              AND id <= \(document["id"]?.string ?? "") ORDER BY id DESC LIMIT 12
            """)
        document["history"] = .array(try rows.reversed().map { .string(try $0.text("status")) })
        return .object(document)
    }

    private func withChildren(_ item: JSONValue, _ connection: Connection) throws -> JSONValue {
        guard var document = item.object, document["kind"] == "suite", let text = document["id"]?.string,
            let id = UUIDv7(text)
        else { return item }
        let rows = try connection.query(
            "SELECT status FROM executions WHERE parent_id = \(id) ORDER BY position LIMIT 500")
        document["children"] = .array(try rows.map { .string(try $0.text("status")) })
        return .object(document)
    }
}
