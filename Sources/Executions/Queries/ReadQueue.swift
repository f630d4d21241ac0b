package import Domain
package import MariaDB

/// Says where work waits and why.
package struct ReadQueue: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Where one case stands: `{state, position, waitReason, waitingOn, sentence}`; position is capped at 10,000.
    package func place(of id: ID<Execution>, project: ID<Project>) throws -> JSONValue {
        try pool.read { connection in try place(of: id, project: project, connection) }
    }

    private func place(of id: ID<Execution>, project: ID<Project>, _ connection: Connection) throws -> JSONValue {
        guard
            let row = try connection.query(
                """
                SELECT w.state, w.bucket_id, w.sort_key, b.labels, b.concurrency_key, b.wait_reason, w.not_before
                FROM work_items w JOIN queue_buckets b ON b.id = w.bucket_id
                WHERE w.execution_id = \(id) AND w.project_id = \(project)
                """
            ).first
        else { return try placeWithoutItem(id, project, connection) }
        let state: WorkItemState = try row.value("state")
        let ahead =
            try connection.query(
                """
                SELECT COUNT(*) n FROM (SELECT 1 FROM work_items WHERE state = 'ready' AND bucket_id = \(try row.int("bucket_id"))
                  AND (sort_key, execution_id) < (\(try row.int64("sort_key")), \(id)) LIMIT 10000) q
                """
            ).first?.int("n") ?? 0
        let reason = WaitReason(rawValue: try row.textOrNil("wait_reason") ?? "")
        let labels = try row.text("labels")
        let key = try row.text("concurrency_key")
        return [
            "state": .string(state.rawValue), "position": state == .ready ? .integer(Int64(ahead + 1)) : .null,
            "waitReason": optional(state == .ready ? reason?.rawValue : nil),
            "waitingOn": [
                "labels": .array(labels.split(separator: ",").map { .string(String($0)) }),
                "concurrencyKey": .string(key),
            ],
            "sentence": .string(
                whyWaiting(
                    state, reason, labels: labels, key: key, ahead: ahead, notBefore: try row.timeOrNil("not_before"))),
        ]
    }

    /// A suite stands where its first waiting case stands; anything else without a work item does not wait.
    private func placeWithoutItem(_ id: ID<Execution>, _ project: ID<Project>, _ connection: Connection) throws
        -> JSONValue
    {
        guard
            let suite = try connection.query(
                "SELECT kind, finished_at FROM executions WHERE id = \(id) AND project_id = \(project)"
            ).first
        else { throw ExecutionFault.notFound }
        let waiting = try connection.query(
            """
            SELECT e.id FROM executions e JOIN work_items w ON w.execution_id = e.id
            WHERE e.parent_id = \(id) AND w.state IN ('ready', 'scheduled') ORDER BY e.position LIMIT 1
            """)
        if let child: ID<Execution> = try waiting.first?.id("id") {
            return try place(of: child, project: project, connection)
        }
        let isOpen = try suite.timeOrNil("finished_at") == nil
        return [
            "state": .null, "position": .null, "waitReason": .null, "waitingOn": .null,
            "sentence": .string(isOpen ? "Its cases are being queued." : "It does not wait."),
        ]
    }

    /// Depth by state, the oldest age and slots of the agents that serve the project.
    package func overview(project: ID<Project>, now: Timestamp) throws -> JSONValue {
        try pool.read { connection in
            var depth: [String: JSONValue] = [:]
            var oldest: Timestamp?
            for state in [WorkItemState.ready, .scheduled, .blocked, .offered, .running] {
                let row = try connection.query(
                    "SELECT COUNT(*) n, MIN(ready_at) oldest FROM work_items WHERE state = \(state) AND project_id = \(project)"
                ).first
                depth[state.rawValue] = .integer(Int64(try row?.int("n") ?? 0))
                if state == .ready { oldest = try row?.timeOrNil("oldest") }
            }
            let slots =
                try connection.query(
                    """
                    SELECT COALESCE(SUM(slots), 0) + 0e0 n FROM agent_sessions
                    WHERE ended_at IS NULL AND lease_until > \(now) AND (project_id IS NULL OR project_id = \(project))
                    """
                ).first?.double("n") ?? 0
            return [
                "depth": .object(depth),
                "oldestAgeMs": oldest.map { .integer(max(0, now.milliseconds(since: $0))) } ?? .null,
                "slots": ["busy": depth["running"] ?? 0, "total": .integer(Int64(slots))],
            ]
        }
    }

    /// Root runs going and queued, for the side bar.
    package func counts(project: ID<Project>) throws -> (running: Int, queued: Int) {
        try pool.read { connection in
            let rows = try connection.query(
                """
                SELECT status, COUNT(*) n FROM executions WHERE project_id = \(project) AND parent_id IS NULL
                  AND status IN ('pending', 'running', 'retrying') GROUP BY status
                """)
            var running = 0
            var queued = 0
            for row in rows {
                if try row.text("status") == "pending" {
                    queued += try row.int("n")
                } else {
                    running += try row.int("n")
                }
            }
            return (running, queued)
        }
    }
}

/// The sentence for why a case waits; pure, one place for API and pages.
package func whyWaiting(
    _ state: WorkItemState, _ reason: WaitReason?, labels: String, key: String, ahead: Int, notBefore: Timestamp?
) -> String {
    switch state {
    case .scheduled: return "Not before \(notBefore?.description ?? "its time")."
    case .blocked: return "Waits for its turn in the suite."
    case .offered: return "Offered to an agent."
    case .running: return "It runs."
    case .done, .dead: return "It does not wait."
    case .ready: break
    }
    switch reason {
    case .noAgent: return labels.isEmpty ? "No agent is online." : "No agent online has the labels \(labels)."
    case .concurrencyKey: return "Key \(key) is taken by another run."
    case .projectLimit: return "The project runs as many cases as it may."
    case .allBusy, nil: break
    }
    switch ahead {
    case 0: return reason == nil ? "Next for a free slot." : "Next; all slots are busy."
    case 1: return "1 case before it."
    default: return "\(ahead) cases before it."
    }
}
