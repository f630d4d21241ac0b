import Domain
import Feed
import MariaDB
import Wire

/// The executions that `execution.imported` announces: results of a file, final from the start.
enum ImportedIDs {
    static func read(_ row: FeedRow, _ tx: Transaction) throws -> [UUIDv7] {
        try tx.query(
            """
            SELECT body FROM events WHERE stream_id = \(row.stream)
              AND seq BETWEEN \(row.seqs.lowerBound) AND \(row.seqs.upperBound)
              AND type = \(EventName.executionImported.rawValue)
            """
        ).flatMap { ids(in: try $0.json("body")) }
    }

    static func ids(in body: JSONValue) -> [UUIDv7] {
        (body["ids"]?.array ?? []).compactMap { $0.string.flatMap { UUIDv7($0) } }
    }
}
