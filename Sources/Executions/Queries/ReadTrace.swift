package import Domain
package import MariaDB

/// Some steps of one attempt, in order; readers never ask where they are stored.
package struct TracePage: Sendable {
    package let execution: ID<Execution>
    package let attempt: Int
    package let fence: Int
    package let status: String
    package let storage: String
    /// Steps of the whole attempt.
    package let stepCount: Int
    /// The JSON of each step result, as it was stored.
    package var steps: [[UInt8]] = []
    /// The sequence of the last step here when there are more; nil at the end.
    package var nextAfter: Int?
    /// The step that runs now, as far as the agent has told.
    package var running: RunningNow?

    package struct RunningNow: Sendable {
        /// Sequence, path, name and when it began by the agent's clock.
        package let step: JSONValue
        /// By the database's clock, since it was told.
        package let elapsedMs: Int64
    }
}

/// Reads the steps of an attempt, a page at a time, without locks.
package struct ReadTrace: Sendable {
    /// Most steps of a page.
    package static let maximumSteps = 1000
    /// A page ends with the step that reaches this.
    package static let maximumBytes = 2 << 20
    private static let chunk = 50

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Steps behind sequence `after`, of the newest attempt when `attempt` is nil; nil before the first attempt.
    ///
    /// - Parameter statuses: only these; empty = all.
    package func page(
        of id: ID<Execution>, project: ID<Project>, attempt: Int? = nil, after: Int = 0,
        limit: Int = ReadTrace.maximumSteps, statuses: [StepStatus] = []
    ) throws -> TracePage? {
        try pool.read { connection in
            let which: SQL = attempt.map { "AND a.attempt = \($0)" } ?? ""
            // One statement, so one view: a trace that just moves into rows is seen whole in either form.
            let rows = try connection.query(
                """
                SELECT a.attempt, a.fence, a.status, a.trace_kind, a.step_count, t.steps
                FROM executions e JOIN attempts a ON a.execution_id = e.id
                LEFT JOIN traces t ON t.execution_id = a.execution_id AND t.attempt = a.attempt
                WHERE e.id = \(id) AND e.project_id = \(project) \(sql: which) ORDER BY a.attempt DESC LIMIT 1
                """)
            guard let row = rows.first else { return nil }
            var page = TracePage(
                execution: id, attempt: try row.int("attempt"), fence: try row.int("fence"),
                status: try row.text("status"), storage: try row.text("trace_kind"),
                stepCount: try row.int("step_count"))
            let bounded = min(limit, ReadTrace.maximumSteps)
            if page.storage == "embedded" {
                try fill(&page, from: try row.bytesOrNil("steps") ?? [], after, bounded, statuses)
            } else {
                try fill(&page, after, bounded, statuses, connection)
            }
            if page.status == AttemptStatus.running.rawValue { page.running = try running(page, project, connection) }
            return page
        }
    }

    /// From the last fact that told of one, unless that step has ended since.
    private func running(
        _ page: TracePage, _ project: ID<Project>, _ connection: Connection
    ) throws -> TracePage.RunningNow? {
        let row = try connection.query(
            """
            SELECT body, at, UTC_TIMESTAMP(3) AS now FROM events
            WHERE stream_id = \(page.execution) AND project_id = \(project) AND type = 'execution.progress'
            ORDER BY seq DESC LIMIT 1
            """
        ).first
        guard let row else { return nil }
        let body = try row.json("body")
        guard body["attempt"]?.integer == Int64(page.attempt), let step = body["step"],
            step["sequence"]?.integer ?? 0 > Int64(page.stepCount)
        else { return nil }
        return TracePage.RunningNow(
            step: step, elapsedMs: max(0, try row.time("now").milliseconds(since: try row.time("at"))))
    }

    /// From the one document: small by its own bounds.
    private func fill(
        _ page: inout TracePage, from document: [UInt8], _ after: Int, _ limit: Int, _ statuses: [StepStatus]
    ) throws {
        guard !document.isEmpty else { return }
        let wanted = Set(statuses.map(\.rawValue))
        var last = after
        for step in try JSONParser.parse(document).array ?? [] {
            let sequence = step["sequence"]?.integer.flatMap { Int(exactly: $0) } ?? 0
            guard sequence > after, wanted.isEmpty || wanted.contains(step["status"]?.string ?? "") else { continue }
            guard page.steps.count < limit else {
                page.nextAfter = last
                return
            }
            page.steps.append(step.serialized())
            last = sequence
        }
    }

    /// From rows, a few at a time: steps may be large, and how large is known only when they are read.
    private func fill(
        _ page: inout TracePage, _ after: Int, _ limit: Int, _ statuses: [StepStatus], _ connection: Connection
    ) throws {
        let narrowed: SQL = statuses.isEmpty ? "" : "AND status IN (\(list: statuses))"
        var last = after
        var bytes = 0
        while true {
            let count = min(ReadTrace.chunk, limit + 1 - page.steps.count)
            let rows = try connection.query(
                """
                SELECT position, body FROM step_results WHERE execution_id = \(page.execution)
                  AND attempt = \(page.attempt) AND position > \(last) \(sql: narrowed) ORDER BY position LIMIT \(count)
                """)
            for row in rows {
                guard page.steps.count < limit, bytes < ReadTrace.maximumBytes else {
                    page.nextAfter = last
                    return
                }
                let body = try row.bytes("body")
                page.steps.append(body)
                bytes += body.count
                last = try row.int("position")
            }
            if rows.count < count { return }
        }
    }
}
