package import Domain
package import MariaDB

/// Writes finished executions with their events, as the engine and its sequencer would have.
package struct FeedWriter: Sendable {
    private let pool: Pool

    package init(_ pool: Pool) { self.pool = pool }

    /// A project to which rows can belong.
    package func project(_ key: String) throws -> ID<Project> {
        let id = ID<Project>(at: Timestamp(milliseconds: 1_700_000_000_000))
        try pool.transaction { tx in
            _ = try tx.execute(
                """
                INSERT INTO projects (id, project_key, name, created_at) VALUES (\(id), \(key), \(key), \(tx.now))
                """)
        }
        return id
    }

    /// One final execution; every default makes a passed root suite.
    package struct Run: Sendable {
        package var project: ID<Project>
        package var projectKey = "demo"
        package var kind = "suite"
        package var definition: UUIDv7?
        package var key: String? = "nightly"
        package var environment = ""
        package var status = "passed"
        package var startedAt: Timestamp?
        package var finishedAt: Timestamp
        package var number: Int?
        package var parent: ID<Execution>?
        package var position = 0
        /// An end that a retry followed comes before the final one.
        package var isRetried = false

        package init(project: ID<Project>, definition: UUIDv7?, finishedAt: Timestamp, durationMs: Int64? = 1_000) {
            self.project = project
            self.definition = definition
            self.finishedAt = finishedAt
            startedAt = durationMs.map { finishedAt.adding(ms: -$0) }
        }
    }

    /// Stores `run` and its event; the event is in the outbox until `sequence`.
    package func store(_ run: Run) throws -> ID<Execution> {
        let id = ID<Execution>(at: run.startedAt ?? run.finishedAt)
        let lastSeq = run.isRetried ? 2 : 1
        try pool.transaction { tx in
            try tx.execute(
                """
                INSERT INTO executions (id, project_id, project_key, number, kind, root_id, parent_id, position, \
                definition_id, name, status, last_seq, environment, branch, commit_id, created_at, started_at, \
                finished_at, definition_key) VALUES (\(id), \(run.project), \(run.projectKey), \
                \(run.number.sqlValue), \(run.kind), \(run.parent ?? id), \(run.parent.sqlValue), \
                \(run.position), \(run.definition.sqlValue), \(run.key ?? "import"), \(run.status), \(lastSeq), \(run.environment), 'main', 'abc123', \(run.startedAt ?? run.finishedAt), \
                \(run.startedAt.sqlValue), \(run.finishedAt), \(run.key.sqlValue))
                """)
            if run.isRetried { try event(run, id, 1, status: "failed", isFinal: false, in: tx) }
            try event(run, id, lastSeq, status: run.status, isFinal: true, in: tx)
            try tx.execute(
                """
                INSERT INTO outbox (project_id, root_id, stream_id, seq_from, seq_to) \
                VALUES (\(run.project), \(run.parent ?? id), \(id), 1, \(lastSeq))
                """)
        }
        return id
    }

    private func event(
        _ run: Run, _ id: ID<Execution>, _ seq: Int, status: String, isFinal: Bool, in tx: Transaction
    ) throws {
        let body: JSONValue = [
            "execution": .string(id.description), "project": .string(run.projectKey), "seq": .integer(Int64(seq)),
            "at": .string(run.finishedAt.description), "from": "running", "to": .string(status),
            "status": .string(status), "final": .bool(isFinal),
        ]
        try tx.execute(
            """
            INSERT INTO events (stream_id, seq, project_id, type, at, body) \
            VALUES (\(id), \(seq), \(run.project), 'execution.finished', \(run.finishedAt), \(body))
            """)
    }

    /// Moves the outbox into the feed, in order.
    package func sequence() throws {
        try pool.transaction { tx in
            let rows = try tx.query(
                """
                SELECT id, project_id, root_id, stream_id, seq_from, seq_to FROM outbox ORDER BY id
                """)
            for row in rows {
                try append(
                    project: try row.uuidOrNil("project_id"), root: try row.uuidOrNil("root_id"),
                    stream: try row.uuidOrNil("stream_id"), from: try row.int("seq_from"), to: try row.int("seq_to"),
                    skipping: 1, in: tx)
            }
            try tx.execute("DELETE FROM outbox")
        }
    }

    /// The jump that a sequencer writes when it takes over.
    package func jump() throws {
        try pool.transaction { tx in
            try append(project: nil, root: nil, stream: nil, from: 0, to: 0, skipping: 10_000, in: tx)
        }
    }

    private func append(
        project: UUIDv7?, root: UUIDv7?, stream: UUIDv7?, from: Int, to: Int, skipping: Int, in tx: Transaction
    ) throws {
        let head = try tx.first("SELECT COALESCE(MAX(pos), 0) AS head FROM feed")?.int64("head") ?? 0
        try tx.execute(
            """
            INSERT INTO feed (pos, project_id, root_id, stream_id, seq_from, seq_to, at) VALUES \
            (\(head + Int64(skipping)), \(project.sqlValue), \(root.sqlValue), \(stream.sqlValue), \(from), \(to), \
            \(tx.now))
            """)
    }

    /// Stores and sequences.
    @discardableResult
    package func finish(_ run: Run) throws -> ID<Execution> {
        let id = try store(run)
        try sequence()
        return id
    }
}
