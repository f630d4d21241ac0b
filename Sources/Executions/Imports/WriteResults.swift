import Domain
import Feed
import MariaDB
import Wire

/// Stores results of a file: each becomes a final execution with its attempts and traces.
///
/// They have no events of their own: one `execution.imported` of the run names all of a transaction.
enum WriteResults {
    /// Results of one transaction.
    static let batch = 500

    static func write(
        _ tests: [(test: ImportedTest, known: TestRegistry.Known)], to run: inout ImportRunRow,
        _ journal: inout Journal,
        _ tx: Transaction
    ) throws {
        guard !tests.isEmpty else { return }
        // Ids of one millisecond have no order of their own: sorted, they follow the file's.
        let ids = tests.map { _ in ID<Execution>(at: tx.now) }.sorted()
        let first = run.counts.total
        try insertExecutions(ids, tests, run, tx)
        try insertAttempts(ids, tests.map(\.test), tx)
        for (test, _) in tests {
            run.counts.total += 1
            run.counts.add(1, test.status)
            if test.isError { run.counts.errors += 1 }
            run.earliest = min(run.earliest ?? test.startedAt, test.startedAt)
            run.latest = max(run.latest ?? test.finishedAt, test.finishedAt)
        }
        assert(run.counts.total == first + tests.count)
        journal.add(
            [
                EventDraft(
                    .executionImported,
                    ["ids": .array(ids.map { .string($0.description) }), "counts": SuiteCounts.json(run.counts)])
            ], to: &run.execution, at: tx.now)
        journal.add(sequenceOf: run.execution)
    }

    private static func insertExecutions(
        _ ids: [ID<Execution>], _ tests: [(test: ImportedTest, known: TestRegistry.Known)], _ run: ImportRunRow,
        _ tx: Transaction
    ) throws {
        let project = run.execution.project.sqlValue
        let key = run.execution.projectKey.sqlValue
        let root = run.execution.id.sqlValue
        let (environment, branch, commit) = (run.environment.sqlValue, run.branch.sqlValue, run.commit.sqlValue)
        let rows = zip(ids, tests).enumerated().map { offset, pair -> [SQLValue] in
            let (id, (test, known)) = pair
            return [
                id.sqlValue, project, key, root, root, (run.counts.total + offset).sqlValue, known.id.sqlValue,
                known.key.sqlValue, test.name.sqlValue, test.status.sqlValue, test.attempts.count.sqlValue, environment,
                branch, commit, run.startedBy.sqlValue, tx.now.sqlValue, test.startedAt.sqlValue,
                test.finishedAt.sqlValue, (test.error?.code).sqlValue,
                test.error.map { $0.message.cut(codePoints: 500) }.sqlValue,
            ]
        }
        try tx.bulk(
            """
            INSERT INTO executions (id, project_id, project_key, kind, root_id, parent_id, position, definition_id,
              definition_key, name, status, attempts, environment, branch, commit_id, started_by, created_at, started_at,
              finished_at, error_code, error_message)
            VALUES (?, ?, ?, 'case', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, rows: rows)
    }

    private static func insertAttempts(_ ids: [ID<Execution>], _ tests: [ImportedTest], _ tx: Transaction) throws {
        var rows: [[SQLValue]] = []
        var traces: [TraceStore.Addition] = []
        for (id, test) in zip(ids, tests) {
            for one in test.attempts {
                let trace = try TraceStore.Addition(execution: id, attempt: one.number, steps: one.steps)
                let totals = TraceStore.totals(of: trace)
                traces.append(trace)
                rows.append([
                    id.sqlValue, one.number.sqlValue, one.status.sqlValue, one.errorClass.sqlValue,
                    one.startedAt.sqlValue, one.finishedAt.sqlValue,
                    max(0, one.finishedAt.milliseconds(since: one.startedAt)).sqlValue, totals.steps.sqlValue,
                    totals.bytes.sqlValue, totals.kind.sqlValue,
                ])
            }
        }
        try tx.bulk(
            """
            INSERT INTO attempts (execution_id, attempt, fence, status, error_class, accepted_at, finished_at, duration_ms,
              step_count, trace_bytes, trace_kind)
            VALUES (?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)
            """, rows: rows)
        try TraceStore.begin(traces, tx)
    }
}
