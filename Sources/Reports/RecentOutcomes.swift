package import Domain
package import MariaDB

/// One verdict of a test case, alone or in a suite.
package struct RecentOutcome: Equatable, Sendable {
    package let execution: ID<Execution>
    package let status: String
    package let finishedAt: Timestamp
}

/// Reads how definitions have been doing, out of what the fold keeps of each.
package struct RecentOutcomes: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The newest `limit` verdicts of each definition, the oldest first: one statement of one index range each.
    package func of(_ definitions: [UUIDv7], project: ID<Project>, limit: Int) throws -> [UUIDv7: [RecentOutcome]] {
        guard !definitions.isEmpty else { return [:] }
        let ranges = definitions.map { definition -> SQL in
            """
            (SELECT definition_id, pos, execution_id, status, finished_at FROM recent_outcomes
              WHERE definition_id = \(definition) AND project_id = \(project) ORDER BY pos DESC LIMIT \(limit))
            """
        }
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT definition_id, execution_id, status, finished_at
                FROM (\(sql: ranges.joined(separator: " UNION ALL "))) h ORDER BY definition_id, pos
                """)
        }
        return try Dictionary(grouping: rows) { try $0.uuid("definition_id") }.mapValues { rows in
            try rows.map { row in
                RecentOutcome(
                    execution: try row.id("execution_id"), status: try row.text("status"),
                    finishedAt: try row.time("finished_at"))
            }
        }
    }
}
