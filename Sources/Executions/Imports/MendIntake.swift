package import Domain
package import MariaDB
import ResultFormats

extension IntakeItems {
    /// One thing that was not taken, as it is mended or let go.
    package struct Item: Sendable {
        package let file: ID<ImportFile>
        package let name: String
        package let isRefused: Bool
        /// Whether the run it was refused by still takes results.
        package let isOpen: Bool
        /// What the sender said of the file.
        package let request: ImportRequest
        /// The word of the format it was read as; empty when that was not found out.
        package let format: String
    }

    /// - Throws: `ExecutionFault.notFound`.
    package func item(_ number: Int, of id: ID<Execution>, project: ID<Project>) throws -> Item {
        try pool.read { connection in
            let row = try connection.query(
                """
                SELECT i.file_id, f.name, i.state, i.format, f.request, e.status
                FROM intake_items i JOIN executions e ON e.id = i.execution_id JOIN import_files f ON f.id = i.file_id
                WHERE i.execution_id = \(id) AND i.number = \(number) AND e.project_id = \(project)
                """
            ).first
            guard let row else { throw ExecutionFault.notFound }
            let status: ExecutionStatus = try row.value("status")
            return Item(
                file: try row.id("file_id"), name: try row.text("name"), isRefused: try row.text("state") == "refused",
                isOpen: !status.isFinal, request: try jsonDecoded(ImportRequest.self, try row.text("request")),
                format: try row.text("format"))
        }
    }

    /// The path of the file's bytes below the directory of imports.
    /// - Throws: `ExecutionFault.notFound` when they are not kept any more.
    package func bytes(of item: Item) throws -> String {
        guard files.hasBytes(of: item.file) else { throw ExecutionFault.notFound }
        return item.file.description
    }

    /// How something that was refused goes on.
    package enum Ending: String, Sendable {
        /// It was sent again, mended.
        case replayed
        /// Nobody wants it.
        case dismissed
        /// What was sent could not be read either.
        case refused
    }

    /// - Returns: whether it was in the state that this follows on.
    package static func end(
        _ number: Int, of id: ID<Execution>, as ending: Ending, _ tx: Transaction
    ) throws -> Bool {
        let before = ending == .refused ? Ending.replayed : .refused
        return try tx.execute(
            """
            UPDATE intake_items SET state = \(ending.rawValue)
            WHERE execution_id = \(id) AND number = \(number) AND state = \(before.rawValue)
            """) == 1
    }
}

extension ImportRequest {
    /// The same said of what was mended: it joins the run while that is open, else it is a run of its own.
    package func mended(format: String, isOpen: Bool, boundary: String?, by starter: FrozenRequest.Starter)
        -> ImportRequest
    {
        var request = self
        // A line of one's own format says little about itself; of every other the content tells.
        if format == ResultFormat.ndjson.rawValue { request.format = format }
        if !isOpen { (request.runKey, request.complete) = (nil, nil) }
        request.boundary = boundary
        request.startedBy = starter
        return request
    }
}
