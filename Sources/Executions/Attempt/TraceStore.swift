import Domain
import MariaDB
import Wire

/// Where the steps of an attempt live: one document up to 50 steps (or what the project says) and 256 KiB, rows beyond.
///
/// The step that crosses the limit moves the document into rows in its own transaction, so a reader sees either form whole.
enum TraceStore {
    static let maximumEmbeddedSteps = 50
    static let maximumEmbeddedBytes = 256 * 1024

    /// What an attempt's row says of its trace.
    struct Totals: Equatable {
        var steps = 0
        var bytes = 0
        var kind = "embedded"
    }

    /// New steps of one attempt, as JSON texts beside their values.
    struct Addition {
        let execution: ID<Execution>
        let attempt: Int
        let steps: [StepResult]
        let texts: [String]
        /// Steps that one document holds at most.
        let limit: Int

        init(execution: ID<Execution>, attempt: Int, steps: [StepResult], limit: Int = maximumEmbeddedSteps) throws {
            self.execution = execution
            self.attempt = attempt
            self.steps = steps
            self.limit = limit
            texts = try steps.map { try jsonText($0) }
        }

        var bytes: Int { texts.reduce(0) { $0 + $1.utf8.count + 1 } }
    }

    /// What the row of an attempt says when these are its first steps.
    static func totals(of first: Addition) -> Totals {
        let fits = first.steps.count <= first.limit && first.bytes <= maximumEmbeddedBytes
        return Totals(steps: first.steps.count, bytes: first.bytes, kind: fits ? "embedded" : "rows")
    }

    /// Writes the first steps of attempts that have none: one statement for all that fit a document.
    static func begin(_ additions: [Addition], _ tx: Transaction) throws {
        let short = additions.filter { totals(of: $0).kind == "embedded" }
        if !short.isEmpty {
            try tx.bulk(
                "INSERT INTO traces (execution_id, attempt, steps) VALUES (?, ?, ?)",
                rows: short.map { addition in
                    [
                        addition.execution.sqlValue, addition.attempt.sqlValue,
                        "[\(addition.texts.joined(separator: ","))]".sqlValue,
                    ]
                })
        }
        for addition in additions where totals(of: addition).kind == "rows" { try insertRows(addition, tx) }
    }

    /// Appends to an attempt that has steps already.
    ///
    /// - Returns: what the attempt's row must say.
    static func append(_ addition: Addition, _ tx: Transaction) throws -> Totals {
        guard
            let row = try tx.first(
                """
                SELECT step_count, trace_bytes, trace_kind FROM attempts
                WHERE execution_id = \(addition.execution) AND attempt = \(addition.attempt) FOR UPDATE
                """)
        else { throw ExecutionFault.staleFence }
        let before = Totals(
            steps: try row.int("step_count"), bytes: try row.int("trace_bytes"), kind: try row.text("trace_kind"))
        var after = before
        after.steps += addition.steps.count
        after.bytes += addition.bytes
        if before.kind == "embedded", after.steps <= addition.limit, after.bytes <= maximumEmbeddedBytes {
            let tail = "," + addition.texts.joined(separator: ",") + "]"
            try tx.execute(
                """
                UPDATE traces SET steps = CONCAT(LEFT(steps, CHAR_LENGTH(steps) - 1), \(tail))
                WHERE execution_id = \(addition.execution) AND attempt = \(addition.attempt)
                """)
        } else {
            if before.kind == "embedded" { try moveToRows(addition, tx) }
            after.kind = "rows"
            try insertRows(addition, tx)
        }
        return after
    }

    /// Writes what attempts hold while they go on; one that ends gets it with its end.
    static func write(_ totals: [(execution: ID<Execution>, attempt: Int, totals: Totals)], _ tx: Transaction) throws {
        guard !totals.isEmpty else { return }
        try tx.bulk(
            "UPDATE attempts SET step_count = ?, trace_bytes = ?, trace_kind = ? WHERE execution_id = ? AND attempt = ?",
            rows: totals.map { entry in
                [
                    entry.totals.steps.sqlValue, entry.totals.bytes.sqlValue, entry.totals.kind.sqlValue,
                    entry.execution.sqlValue, entry.attempt.sqlValue,
                ]
            })
    }

    private static func moveToRows(_ addition: Addition, _ tx: Transaction) throws {
        let (id, attempt) = (addition.execution, addition.attempt)
        let steps = try embedded(id, attempt, try tx.query(embeddedQuery(id, attempt)))
        try insertRows(try Addition(execution: id, attempt: attempt, steps: steps, limit: addition.limit), tx)
        try tx.execute("DELETE FROM traces WHERE execution_id = \(id) AND attempt = \(attempt)")
    }

    private static func insertRows(_ addition: Addition, _ tx: Transaction) throws {
        guard !addition.steps.isEmpty else { return }
        try tx.bulk(
            """
            INSERT INTO step_results (execution_id, attempt, position, path, name, status, started_at, duration_ms, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            rows: zip(addition.steps, addition.texts).map { step, text in
                [
                    addition.execution.sqlValue, addition.attempt.sqlValue, step.sequence.sqlValue, step.path.sqlValue,
                    step.name.cut(codePoints: 512).sqlValue, step.status.sqlValue, step.startedAt.sqlValue,
                    step.durationMs.sqlValue, text.sqlValue,
                ]
            })
    }

    static func embeddedQuery(_ id: ID<Execution>, _ attempt: Int) -> SQL {
        "SELECT steps FROM traces WHERE execution_id = \(id) AND attempt = \(attempt)"
    }

    static func embedded(_ id: ID<Execution>, _ attempt: Int, _ rows: [Row]) throws -> [StepResult] {
        guard let row = rows.first else { return [] }
        return try jsonDecoded([StepResult].self, try row.text("steps"))
    }
}
