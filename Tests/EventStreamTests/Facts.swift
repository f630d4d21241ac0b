import Domain
import MariaDB
import Support

/// Rows as the executions feature and the sequencer write them.
extension Bench {
    struct Run {
        let id: ID<Execution>
        let root: ID<Execution>
        let project: ID<Project>
    }

    func execution(in project: ID<Project>? = nil, below parent: Run? = nil) throws -> Run {
        let id = ID<Execution>(at: Bench.time)
        let project = project ?? self.project
        let run = Run(id: id, root: parent?.root ?? id, project: project)
        try database.pool.transaction { tx in
            _ = try tx.execute(
                """
                INSERT INTO executions (id, project_id, project_key, kind, root_id, parent_id, position, name, status,
                  created_at)
                VALUES (\(id), \(project), 'demo', 'case', \(run.root), \(parent?.id), \(Int(id.uuid.low & 0xffff)),
                  'a case', 'pending', \(tx.now))
                """)
        }
        return run
    }

    /// Writes `types` as the next events of `run`, and one feed row for them; answers its position.
    @discardableResult
    func happen(_ run: Run, _ types: [String], body: JSONValue = [:]) throws -> Int64 {
        try database.pool.transaction { tx in
            let before =
                try tx.first("SELECT last_seq FROM executions WHERE id = \(run.id) FOR UPDATE")?.int("last_seq") ?? 0
            for (offset, type) in types.enumerated() {
                var members = body.object ?? [:]
                members["execution"] = .string(run.id.description)
                members["seq"] = .integer(Int64(before + 1 + offset))
                try event(tx, run.id.uuid, before + 1 + offset, run.project, type, .object(members))
            }
            _ = try tx.execute("UPDATE executions SET last_seq = \(before + types.count) WHERE id = \(run.id)")
            return try sequence(tx, run.project, run.root, run.id.uuid, before + 1, before + types.count)
        }
    }

    /// Ends `run` in the table and, unless `isSequenced` is false, in the feed.
    func end(_ run: Run, _ status: ExecutionStatus, isSequenced: Bool = true) throws {
        _ = try database.pool.transaction { tx in
            try tx.execute(
                """
                UPDATE executions SET status = \(status.rawValue), finished_at = \(tx.now),
                  last_seq = last_seq + \(isSequenced ? 0 : 1)
                WHERE id = \(run.id)
                """)
        }
        if isSequenced {
            try happen(run, ["execution.finished"], body: ["status": .string(status.rawValue), "final": true])
        }
    }

    @discardableResult
    func fact(_ type: String, in project: ID<Project>?, body: JSONValue = [:]) throws -> Int64 {
        try database.pool.transaction { tx in
            let stream = UUIDv7(at: Bench.time)
            try event(tx, stream, 1, project, type, body)
            return try sequence(tx, project, nil, stream, 1, 1)
        }
    }

    /// A take-over of the sequencer.
    func jump() throws {
        _ = try database.pool.transaction { tx in
            try tx.execute("INSERT INTO feed (pos, at) SELECT COALESCE(MAX(pos), 0) + 10000, \(tx.now) FROM feed")
        }
    }

    func sql(_ statement: SQL) throws { _ = try database.pool.transaction { try $0.execute(statement) } }

    private func event(
        _ tx: Transaction, _ stream: UUIDv7, _ seq: Int, _ project: ID<Project>?, _ type: String, _ body: JSONValue
    ) throws {
        _ = try tx.execute(
            """
            INSERT INTO events (stream_id, seq, project_id, type, at, body)
            VALUES (\(stream), \(seq), \(project), \(type), \(tx.now), \(body))
            """)
    }

    private func sequence(
        _ tx: Transaction, _ project: ID<Project>?, _ root: ID<Execution>?, _ stream: UUIDv7, _ from: Int, _ to: Int
    ) throws -> Int64 {
        let position = try tx.first("SELECT COALESCE(MAX(pos), 0) + 1 AS next FROM feed FOR UPDATE")?.int64("next") ?? 1
        _ = try tx.execute(
            """
            INSERT INTO feed (pos, project_id, root_id, stream_id, seq_from, seq_to, at)
            VALUES (\(position), \(project), \(root), \(stream), \(from), \(to), \(tx.now))
            """)
        return position
    }
}
