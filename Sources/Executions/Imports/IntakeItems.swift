package import Domain
import MariaDB
import ResultFormats

/// What of a file was not taken, and why: kept with its run.
package struct IntakeItems: Sendable {
    /// Items of one file that are kept; the rest is only counted.
    static let maximumOfFile = 10_000

    let files: ImportFiles
    var pool: Pool { files.pool }

    package init(files: ImportFiles) { self.files = files }

    /// Adds what was refused; the run's row is locked and `run.lastItem` moves on.
    static func add(
        _ refusals: [(of: String, Refusal)], from file: ID<ImportFile>, format: String, to run: inout ImportRunRow,
        _ tx: Transaction
    ) throws {
        guard !refusals.isEmpty else { return }
        let rows = refusals.map { name, one -> [SQLValue] in
            run.lastItem += 1
            return [
                run.execution.id.sqlValue, run.lastItem.sqlValue, file.sqlValue, name.cut(codePoints: 255).sqlValue,
                format.sqlValue, one.line.sqlValue, one.column.sqlValue, one.byteOffset.sqlValue,
                one.code.cut(codePoints: 32).sqlValue, one.message.cut(codePoints: 500).sqlValue,
                one.excerpt.cut(bytes: 4096).sqlValue, tx.now.sqlValue,
            ]
        }
        try tx.bulk(
            """
            INSERT INTO intake_items (execution_id, number, file_id, file, format, line, line_column, byte_offset, code, message,
              excerpt, state, at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'refused', ?)
            """, rows: rows)
    }

    /// Items behind number `after`, in order.
    package func list(
        of id: ID<Execution>, project: ID<Project>, after: Int, limit: Int
    ) throws -> (items: [JSONValue], next: Int?) {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT i.number, i.file_id, i.file, i.format, i.line, i.line_column, i.byte_offset, i.code, i.message, i.excerpt, i.state,
                  i.at
                FROM intake_items i JOIN executions e ON e.id = i.execution_id
                WHERE i.execution_id = \(id) AND e.project_id = \(project) AND i.number > \(after)
                ORDER BY i.number LIMIT \(limit + 1)
                """)
        }
        let items = try rows.prefix(limit).map { row -> JSONValue in
            [
                "number": .integer(Int64(try row.int("number"))), "file": .string(try row.text("file")),
                "format": .string(try row.text("format")), "line": optional(try row.intOrNil("line")),
                "column": optional(try row.intOrNil("line_column")),
                "byteOffset": optional(try row.intOrNil("byte_offset")), "code": .string(try row.text("code")),
                "message": .string(try row.text("message")), "excerpt": .string(try row.text("excerpt")),
                "state": .string(try row.text("state")), "at": .string(try row.time("at").description),
                "hasFile": .bool(files.hasBytes(of: try row.id("file_id"))),
            ]
        }
        let next = rows.count > limit ? try rows[limit - 1].int("number") : nil
        return (items, next)
    }
}
