package import Domain
import Feed
package import MariaDB
import Wire

/// Writes finished executions with their events, as the engine and its sequencer would have.
package struct FeedWriter: Sendable {
    private let pool: Pool
    private let owner = UUIDv7(at: Timestamp(milliseconds: 9))

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
            var drafts = [draft(run, id, lastSeq, status: run.status, isFinal: true)]
            if run.isRetried { drafts.insert(draft(run, id, 1, status: "failed", isFinal: false), at: 0) }
            var log = EventLog()
            log.append(
                drafts, stream: id.uuid, firstSeq: 1, project: run.project, root: run.parent ?? id, at: run.finishedAt)
            try log.write(tx)
        }
        return id
    }

    private func draft(_ run: Run, _ id: ID<Execution>, _ seq: Int, status: String, isFinal: Bool) -> EventDraft {
        EventDraft(
            .executionFinished,
            [
                "execution": .string(id.description), "root": .string((run.parent ?? id).description),
                "parent": run.parent.map { .string($0.description) } ?? .null, "why": "done", "durationMs": 1000,
                "project": .string(run.projectKey), "seq": .integer(Int64(seq)),
                "at": .string(run.finishedAt.description), "from": "running", "to": .string(status),
                "status": .string(status), "final": .bool(isFinal),
            ])
    }

    /// Moves the outbox into the feed, in order, by the engine's own sequencer.
    package func sequence() throws {
        let lease = try LeaderLease.acquire("engine", owner: owner, pool)
        guard let lease else { throw LeadershipLost(name: "engine") }
        var sequencer = Sequencer(pool: pool)
        while try sequencer.runOnce(lease, monotonicMs: 0).mayBeMore {}
    }

    /// Stores and sequences.
    @discardableResult
    package func finish(_ run: Run) throws -> ID<Execution> {
        let id = try store(run)
        try sequence()
        return id
    }
}
