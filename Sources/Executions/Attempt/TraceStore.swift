import Domain
import MariaDB
import Wire

/// Where the steps of an attempt live: one document up to 50 steps and 256 KiB, rows beyond.
///
/// The step that crosses the limit moves the document into rows in its own transaction, so a reader sees either form whole.
enum TraceStore {
    static let maximumEmbeddedSteps = 50
    static let maximumEmbeddedBytes = 256 * 1024

    static func append(_ steps: [StepResult], to id: ID<Execution>, attempt: Int, _ tx: Transaction) throws {
        guard !steps.isEmpty else { return }
        guard
            let row = try tx.first(
                """
                SELECT step_count, trace_bytes, trace_kind FROM attempts
                WHERE execution_id = \(id) AND attempt = \(attempt) FOR UPDATE
                """)
        else { throw ExecutionFault.staleFence }
        let texts = try steps.map { try jsonText($0) }
        let bytes = texts.reduce(0) { $0 + $1.utf8.count + 1 }
        let count = try row.int("step_count") + steps.count
        let total = try row.int("trace_bytes") + bytes
        let isEmbedded = try row.text("trace_kind") == "embedded"
        let fits = count <= maximumEmbeddedSteps && total <= maximumEmbeddedBytes
        if isEmbedded, fits {
            let tail = texts.joined(separator: ",") + "]"
            try tx.execute(
                """
                UPDATE traces SET steps = CONCAT(LEFT(steps, CHAR_LENGTH(steps) - 1), IF(steps = '[]', '', ','), \(tail))
                WHERE execution_id = \(id) AND attempt = \(attempt)
                """)
        } else {
            if isEmbedded { try moveToRows(id, attempt, tx) }
            try insertRows(zip(steps, texts).map { ($0, $1) }, id, attempt, tx)
        }
        try tx.execute(
            """
            UPDATE attempts SET step_count = \(count), trace_bytes = \(total), trace_kind = \(isEmbedded && fits ? "embedded" : "rows")
            WHERE execution_id = \(id) AND attempt = \(attempt)
            """)
    }

    private static func moveToRows(_ id: ID<Execution>, _ attempt: Int, _ tx: Transaction) throws {
        let steps = try embedded(id, attempt, try tx.query(embeddedQuery(id, attempt)))
        try insertRows(try steps.map { ($0, try jsonText($0)) }, id, attempt, tx)
        try tx.execute("DELETE FROM traces WHERE execution_id = \(id) AND attempt = \(attempt)")
    }

    private static func insertRows(
        _ steps: [(StepResult, String)], _ id: ID<Execution>, _ attempt: Int, _ tx: Transaction
    ) throws {
        guard !steps.isEmpty else { return }
        try tx.bulk(
            """
            INSERT INTO step_results (execution_id, attempt, position, path, name, status, started_at, duration_ms, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            rows: steps.map { step, text in
                [
                    id.sqlValue, attempt.sqlValue, step.sequence.sqlValue, step.path.sqlValue,
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
