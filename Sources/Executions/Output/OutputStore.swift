import Domain
import MariaDB
import Wire

/// The table of what running steps print.
enum OutputStore {
    /// Rows of one read: a report brings at most 256 KiB.
    static let rowsOfPage = 8

    /// One chunk as it was stored.
    struct Chunk {
        let step: Int
        let at: Int64
        let bytes: Int64
        let isTruncated: Bool
        let pieces: [OutputChunk.Piece]

        var end: Int64 { at + bytes }
    }

    /// The values of `chunk` for `write`.
    static func row(_ chunk: OutputChunk, of item: WorkItemRow) throws -> [SQLValue] {
        [
            item.execution.sqlValue, item.attempt.sqlValue, chunk.step.sqlValue, chunk.at.sqlValue,
            item.project.sqlValue, chunk.bytes.sqlValue, (chunk.truncated == true).sqlValue,
            try jsonText(chunk.pieces).sqlValue,
        ]
    }

    /// Writes chunks; one that comes again changes nothing.
    static func write(_ rows: [[SQLValue]], _ tx: Transaction) throws {
        guard !rows.isEmpty else { return }
        try tx.bulk(
            """
            INSERT INTO execution_output (execution_id, attempt, step, at_byte, project_id, byte_count, truncated, pieces)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE step = VALUES(step)
            """, rows: rows)
    }

    /// Chunks of an attempt from `step` on that reach beyond `offset`, in order; at most `rowsOfPage`.
    ///
    /// - Parameter only: whether chunks of later steps are left out.
    static func page(
        of id: ID<Execution>, project: ID<Project>, attempt: Int, step: Int, only: Bool, beyond offset: Int64,
        _ connection: Connection
    ) throws -> [Chunk] {
        let steps: SQL = only ? "step = \(step)" : "step >= \(step)"
        return try connection.query(
            """
            SELECT step, at_byte, byte_count, truncated, pieces FROM execution_output
            WHERE execution_id = \(id) AND attempt = \(attempt) AND \(sql: steps) AND project_id = \(project)
              AND (at_byte + byte_count > \(offset) OR truncated)
            ORDER BY step, at_byte LIMIT \(rowsOfPage)
            """
        ).map { row in
            Chunk(
                step: try row.int("step"), at: try row.int64("at_byte"), bytes: try row.int64("byte_count"),
                isTruncated: try row.bool("truncated"),
                pieces: try jsonDecoded([OutputChunk.Piece].self, try row.text("pieces")))
        }
    }

    /// How many bytes of a step are here; nil when it was never shown while it ran.
    static func bytes(
        of id: ID<Execution>, project: ID<Project>, attempt: Int, step: Int, _ connection: Connection
    ) throws -> Int64? {
        try connection.first(
            """
            SELECT SUM(byte_count) AS bytes FROM execution_output
            WHERE execution_id = \(id) AND attempt = \(attempt) AND step = \(step) AND project_id = \(project)
            """)?.int64OrNil("bytes")
    }
}
