package import Domain
package import MariaDB

/// Reads what happened inside one execution: attempts and history.
package struct ReadAttempts: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    package func attempts(of id: ID<Execution>, project: ID<Project>) throws -> [JSONValue] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT a.attempt, a.fence, a.status, a.agent_id, g.name agent_name, a.ready_at, a.offered_at, a.accepted_at,
                  a.finished_at, a.duration_ms, a.error_class, a.cpu_ms, a.max_rss_bytes, a.bytes_written, a.step_count
                FROM attempts a JOIN executions e ON e.id = a.execution_id LEFT JOIN agents g ON g.id = a.agent_id
                WHERE a.execution_id = \(id) AND e.project_id = \(project) ORDER BY a.attempt
                """
            ).map(document)
        }
    }

    private func document(_ row: Row) throws -> JSONValue {
        let accepted = try row.time("accepted_at")
        let ready = try row.timeOrNil("ready_at")
        let offered = try row.timeOrNil("offered_at")
        var usage: [String: JSONValue] = [:]
        if let cpu = try row.intOrNil("cpu_ms") { usage["cpuMs"] = .integer(Int64(cpu)) }
        if let rss = try row.intOrNil("max_rss_bytes") { usage["maxRssBytes"] = .integer(Int64(rss)) }
        if let written = try row.intOrNil("bytes_written") { usage["bytesWritten"] = .integer(Int64(written)) }
        return [
            "attempt": .integer(Int64(try row.int("attempt"))), "fence": .integer(Int64(try row.int("fence"))),
            "status": .string(try row.text("status")),
            "agent": try row.textOrNil("agent_id").map {
                ["id": .string($0), "name": optional(try row.textOrNil("agent_name"))]
            } ?? .null,
            "acceptedAt": .string(accepted.description),
            "finishedAt": optional(try row.timeOrNil("finished_at")?.description),
            "durationMs": optional(try row.intOrNil("duration_ms")),
            "queueWaitMs": ready.map { .integer(max(0, accepted.milliseconds(since: $0))) } ?? .null,
            "dispatchMs": offered.map { .integer(max(0, accepted.milliseconds(since: $0))) } ?? .null,
            "stepCount": .integer(Int64(try row.int("step_count"))),
            "errorClass": optional(try row.textOrNil("error_class")),
            "resourceUsage": usage.isEmpty ? .null : .object(usage),
        ]
    }

    /// Every fact of an execution in order: the audit of its transitions.
    package func history(of id: ID<Execution>, project: ID<Project>) throws -> [JSONValue] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT seq, at, type, body FROM events WHERE stream_id = \(id) AND project_id = \(project)
                  AND type NOT IN ('execution.progress', 'execution.steps')
                ORDER BY seq LIMIT 1000
                """
            ).map { row in
                let body = try row.json("body")
                return [
                    "seq": .integer(Int64(try row.int("seq"))), "at": .string(try row.time("at").description),
                    "type": .string(try row.text("type")), "from": body["from"] ?? .null, "to": body["to"] ?? .null,
                    "by": body["by"] ?? body["agent"]?["name"] ?? .null, "why": body["why"] ?? body["reason"] ?? .null,
                ]
            }
        }
    }
}
