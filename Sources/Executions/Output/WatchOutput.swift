package import Domain
package import MariaDB

/// Tells those who watch whether there is something new, for all of them in one statement.
package struct WatchOutput: Sendable {
    /// An attempt and a mark that changes with its steps, its output and its end.
    package struct Attempt: Equatable, Sendable {
        package let number: Int
        package let mark: String
    }

    /// What is known of one execution.
    package struct Watched: Equatable, Sendable {
        package let status: ExecutionStatus
        /// Oldest first.
        package internal(set) var attempts: [Attempt] = []
    }

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Those of `executions`, each with its project, that exist. Blocks.
    package func look(
        at executions: [(execution: ID<Execution>, project: ID<Project>)]
    ) throws -> [ID<Execution>: Watched] {
        var found: [ID<Execution>: Watched] = [:]
        // A statement has a limited number of values.
        for start in stride(from: 0, to: executions.count, by: 500) {
            let some = executions[start..<min(start + 500, executions.count)]
            try look(some.map(\.execution), Array(Set(some.map(\.project))), into: &found)
        }
        return found
    }

    private func look(
        _ ids: [ID<Execution>], _ projects: [ID<Project>], into found: inout [ID<Execution>: Watched]
    ) throws {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT e.id, e.status, a.attempt, CONCAT_WS(' ', a.status, a.step_count,
                  (SELECT CONCAT(o.step, ':', o.at_byte) FROM execution_output o
                   WHERE o.execution_id = a.execution_id AND o.attempt = a.attempt
                   ORDER BY o.step DESC, o.at_byte DESC LIMIT 1)) AS mark
                FROM executions e LEFT JOIN attempts a ON a.execution_id = e.id
                WHERE e.id IN (\(list: ids)) AND e.project_id IN (\(list: projects)) ORDER BY e.id, a.attempt
                """)
        }
        for row in rows {
            let id: ID<Execution> = try row.id("id")
            var watched = try found[id] ?? Watched(status: row.value("status"))
            if let number = try row.intOrNil("attempt") {
                watched.attempts.append(Attempt(number: number, mark: try row.text("mark")))
            }
            found[id] = watched
        }
    }
}
