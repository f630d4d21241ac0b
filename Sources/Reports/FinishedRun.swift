import Domain
import MariaDB

/// A final execution of a suite or a case, as the folds see it.
struct FinishedRun {
    let execution: UUIDv7
    /// Where the feed announced the end; 0 when it was read from the executions themselves.
    let pos: Int64
    let definition: MeasuredDefinition
    let environment: String
    let outcome: RunOutcome
    let durationMs: Int64?
    let finishedAt: Timestamp

    /// nil for what no rollup counts: what was skipped, and executions whose definition is not recorded.
    init?(_ row: Row, pos: Int64) throws(DatabaseError) {
        guard let definitionID = try row.uuidOrNil("definition_id"),
            let kind = MeasuredKind(ofExecution: try row.text("kind")),
            let outcome = RunOutcome(rawValue: try row.text("status")),
            let finishedAt = try row.timeOrNil("finished_at")
        else { return nil }
        execution = try row.uuid("id")
        self.pos = pos
        definition = MeasuredDefinition(
            id: definitionID, project: try row.id("project_id"), kind: kind,
            key: try row.textOrNil("definition_key") ?? "")
        environment = try row.text("environment")
        self.outcome = outcome
        durationMs = try row.timeOrNil("started_at").map { finishedAt.milliseconds(since: $0) }
        self.finishedAt = finishedAt
    }

    static let columns: SQL = """
        x.id, x.project_id, x.kind, x.definition_id, x.definition_key, x.environment, x.status, x.started_at, \
        x.finished_at
        """

    /// The rows this run is counted in.
    var keys: [RollupKey] {
        RollupBucket.allCases.map {
            RollupKey(
                definition: definition, environment: environment, bucket: $0, start: $0.start(of: finishedAt))
        }
    }
}

extension Dictionary<RollupKey, Rollup> {
    mutating func count(_ run: FinishedRun) {
        for key in run.keys { self[key, default: Rollup()].add(run.outcome, durationMs: run.durationMs) }
    }
}
