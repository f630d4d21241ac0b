import Domain
import MariaDB

/// The rows of `recent_outcomes`: at least the newest `limit` verdicts of each definition, in feed order.
struct RecentOutcomeStore {
    let limit: Int
    /// A definition is pruned about once in so many verdicts: looking costs a statement each time.
    static let pruneEvery: Int64 = 16

    /// Appends the verdicts among `runs` and drops what is beyond the limit.
    func append(_ runs: [FinishedRun], in tx: Transaction) throws {
        let verdicts = runs.filter(\.outcome.isVerdict)
        guard !verdicts.isEmpty else { return }
        try tx.bulk(
            """
            INSERT INTO recent_outcomes \
            (definition_id, pos, execution_id, project_id, kind, definition_key, environment, status, finished_at) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            rows: verdicts.map { run in
                [
                    run.definition.id.sqlValue, run.pos.sqlValue, run.execution.sqlValue,
                    run.definition.project.sqlValue, .text(run.definition.kind.rawValue), .text(run.definition.key),
                    .text(run.environment), .text(run.outcome.rawValue), .time(run.finishedAt),
                ]
            })
        // Results that come in together share their position, so the definition has a say in when it is its turn.
        let due = verdicts.filter { ($0.pos &+ Int64($0.definition.id.low & 0xff)) % Self.pruneEvery == 0 }
        for definition in Set(due.map(\.definition.id)).sorted() { try prune(definition, in: tx) }
    }

    private func prune(_ definition: UUIDv7, in tx: Transaction) throws {
        let boundary = try tx.first(
            """
            SELECT pos FROM recent_outcomes WHERE definition_id = \(definition) \
            ORDER BY pos DESC LIMIT 1 OFFSET \(limit)
            """)
        guard let boundary else { return }
        let pos = try boundary.int64("pos")
        try tx.execute("DELETE FROM recent_outcomes WHERE definition_id = \(definition) AND pos <= \(pos)")
    }
}
