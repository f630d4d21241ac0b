import Domain
import MariaDB

/// What this door needs to know of executions.
struct ExecutionStore: Sendable {
    struct Found: Sendable {
        let id: ID<Execution>
        let project: ID<Project>
        let root: ID<Execution>
        let status: ExecutionStatus
        let lastSeq: Int
        /// Milliseconds since the end; nil while it is not final.
        let finishedAgoMs: Int64?
    }

    private let pool: Pool

    init(pool: Pool) { self.pool = pool }

    /// nil when there is no such execution. Blocks.
    func find(_ id: ID<Execution>) throws -> Found? {
        let row = try pool.read { connection in
            try connection.query(
                """
                SELECT project_id, root_id, status, last_seq, finished_at, UTC_TIMESTAMP(3) AS now
                FROM executions WHERE id = \(id)
                """
            ).first
        }
        guard let row else { return nil }
        let now = try row.time("now")
        return Found(
            id: id, project: try row.id("project_id"), root: try row.id("root_id"), status: try row.value("status"),
            lastSeq: try row.int("last_seq"),
            finishedAgoMs: try row.timeOrNil("finished_at").map { now.milliseconds(since: $0) })
    }

    /// The statuses of `ids`, as many as exist. Blocks.
    func statuses(of ids: [ID<Execution>]) throws -> [ID<Execution>: ExecutionStatus] {
        var statuses: [ID<Execution>: ExecutionStatus] = [:]
        // A statement has a limited number of values.
        for start in stride(from: 0, to: ids.count, by: 1000) {
            let some = Array(ids[start..<min(start + 1000, ids.count)])
            let rows = try pool.read { try $0.query("SELECT id, status FROM executions WHERE id IN (\(list: some))") }
            for row in rows { statuses[try row.id("id")] = try row.value("status") }
        }
        return statuses
    }
}
