import Domain
import Feed
import MariaDB
import Wire

/// Tells the dispatcher of an item that became ready outside its own thread.
///
/// `execution.queued` carries the public status unchanged; the dispatcher takes the ids from the feed it sequences.
enum QueueFact {
    static func ready(_ execution: inout ExecutionRow, _ journal: inout Journal, _ tx: Transaction) throws {
        let status = JSONValue.string(execution.status.rawValue)
        try ExecutionWriter.note(
            [
                EventDraft(
                    .executionQueued,
                    [
                        "from": status, "to": status, "name": .string(execution.name), "kind": "case",
                        "number": execution.number.map { .integer(Int64($0)) } ?? .null,
                    ])
            ],
            on: &execution, &journal, tx)
    }
}
