import Domain
package import Feed
import MariaDB

/// What executions leave behind, and for how long it stays.
package enum ExecutionRetention {
    /// The rule of finished runs.
    package static let runs = "executions"

    package static let rules: [RetentionRule] = [
        RetentionRule(
            runs, about: "finished runs with their cases, attempts, traces and artifacts", defaultDays: 180,
            count: { database, before in
                try database.first(
                    """
                    SELECT COUNT(*) n FROM (SELECT 1 FROM executions
                      WHERE finished_at < \(before) AND parent_id IS NULL AND \(sql: RemoveRuns.ofOthers)
                      LIMIT \(RetentionRule.countLimit)) q
                    """)?.int("n") ?? 0
            }, purge: { tx, before, limit in try RemoveRuns.step(before: before, limit: limit, tx) },
            purgeOwn: { tx, limit in try RemoveRuns.ownStep(limit: limit, tx) }),
        .rows("idempotencyKeys", about: "answers kept for repeated requests", of: "idempotency_keys", defaultDays: 2) {
            "created_at < \($0)"
        },
        // By key, which begins with the time: those that are old and not done are few.
        .rows("workItems", about: "queue rows of finished cases", of: "work_items", defaultDays: 1) {
            "execution_id < \(UUIDv7.first(at: $0)) AND state = 'done'"
        },
        .rows("sessions", about: "ended sessions of agents", of: "agent_sessions", defaultDays: 7) {
            "ended_at < \($0)"
        },
        .rows("enrolmentTokens", about: "expired enrolment tokens", of: "enrolment_tokens", defaultDays: 30) {
            "expires_at < \($0)"
        },
        .rows("lateResults", about: "verdicts that came too late", of: "late_results", defaultDays: 30) {
            "id < \(UUIDv7.first(at: $0))"
        },
        .rows("deadLetters", about: "runs that could not be done", of: "dead_letters", defaultDays: 180) {
            "execution_id < \(UUIDv7.first(at: $0))"
        },
        .rows("importFiles", about: "records of files of results that were read", of: "import_files", defaultDays: 180)
        {
            "received_at < \($0) AND read_at IS NOT NULL"
        },
        // Never what a fold has yet to read, and never the newest row: positions go on from it.
        .rows("feed", about: "announced events that streams can resume from", of: "feed", defaultDays: 7) {
            """
            at < \($0) AND pos <= (SELECT MIN(pos) FROM feed_cursors)
              AND pos < (SELECT newest FROM (SELECT MAX(pos) newest FROM feed) f)
            """
        },
    ]
}

/// Removes finished runs: the cases of a run first, then the run, so that a crash leaves a smaller run and no orphans.
enum RemoveRuns {
    /// Runs of projects that say nothing of how long theirs are kept.
    static let ofOthers: SQL = """
        project_id NOT IN (SELECT project_id FROM project_settings WHERE keep_runs_days IS NOT NULL)
        """

    static func step(before: Timestamp, limit: Int, _ tx: Transaction) throws -> Int {
        let roots = try tx.query(
            """
            SELECT id FROM executions WHERE finished_at < \(before) AND parent_id IS NULL AND \(sql: ofOthers)
            ORDER BY finished_at LIMIT 20
            """)
        return try remove(roots: roots, limit: limit, tx)
    }

    /// Of each project that keeps its runs for a time of its own; ids of runs begin with the time of their start.
    static func ownStep(limit: Int, _ tx: Transaction) throws -> Int {
        var removed = 0
        for project in try tx.query("SELECT project_id, keep_runs_days FROM project_settings WHERE keep_runs_days > 0")
        {
            let before = tx.now.adding(ms: -Int64(try project.int("keep_runs_days")) * 86_400_000)
            let id: ID<Project> = try project.id("project_id")
            let roots = try tx.query(
                """
                SELECT id FROM executions WHERE project_id = \(id) AND parent_id IS NULL
                  AND id < \(UUIDv7.first(at: before)) AND finished_at < \(before) ORDER BY id LIMIT 20
                """)
            removed += try remove(roots: roots, limit: limit, tx)
            if removed >= limit { break }
        }
        return removed
    }

    private static func remove(roots: [Row], limit: Int, _ tx: Transaction) throws -> Int {
        var removed = 0
        for row in roots {
            let root: ID<Execution> = try row.id("id")
            let children: [ID<Execution>] = try tx.query(
                "SELECT id FROM executions WHERE parent_id = \(root) ORDER BY position LIMIT \(limit)"
            ).map { try $0.id("id") }
            removed += try remove(children, tx)
            if children.count < limit { removed += try remove([root], tx) }
            if removed >= limit { break }
        }
        return removed
    }

    private static func remove(_ ids: [ID<Execution>], _ tx: Transaction) throws -> Int {
        guard !ids.isEmpty else { return 0 }
        let list: SQL = "(\(list: ids))"
        try tx.execute("DELETE FROM work_items WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM artifacts WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM execution_output WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM traces WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM attempts WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM execution_requests WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM dead_letters WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM late_results WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM intake_items WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM import_file_runs WHERE execution_id IN \(sql: list)")
        try tx.execute("DELETE FROM import_runs WHERE execution_id IN \(sql: list)")
        return try tx.execute("DELETE FROM executions WHERE id IN \(sql: list)")
    }
}
