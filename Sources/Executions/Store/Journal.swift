import Domain
import Feed
import MariaDB
import Wire

/// What one transaction changes of executions and work items, and the facts that tell of it, collected and written
/// together: a batch of twenty costs as many statements as one.
///
/// The caller has locked each row it changes. Sequences are dense and in commit order because `last_seq` moves with the
/// facts, in the same transaction. A value: an item that fails half-way is undone by keeping the journal of before.
struct Journal {
    private var log = EventLog()
    private var items: [[SQLValue]] = []
    private var statuses: [[SQLValue]] = []
    private var sequences: [[SQLValue]] = []
    private var endings: [[SQLValue]] = []

    /// Adds the facts of one execution; the first gets `execution.lastSeq + 1`, and `lastSeq` moves on.
    mutating func add(_ drafts: [EventDraft], to execution: inout ExecutionRow, at now: Timestamp) {
        let first = execution.lastSeq + 1
        let dressed = drafts.map { draft in
            execution.lastSeq += 1
            var draft = draft
            draft.body = body(draft, execution, now)
            return draft
        }
        log.append(
            dressed, stream: execution.id.uuid, firstSeq: first, project: execution.project, root: execution.root,
            at: now)
    }

    /// Adds a fact that belongs to no execution: its own stream, sequence 1.
    mutating func addFact(_ name: EventName, project: ID<Project>?, body: [String: JSONValue], at now: Timestamp) {
        log.addFact(EventDraft(name, body), project: project, at: now)
    }

    /// A change of a work item, as `WorkItemWriter` binds it.
    mutating func add(item row: [SQLValue]) { items.append(row) }

    /// A change of a status, as `ExecutionWriter` binds it.
    mutating func add(status row: [SQLValue]) { statuses.append(row) }

    /// Sequences taken by facts that change no status.
    mutating func add(sequenceOf execution: ExecutionRow) {
        sequences.append([execution.lastSeq.sqlValue, execution.id.sqlValue])
    }

    /// The end of an attempt, as `EndAttempt` binds it.
    mutating func add(ending row: [SQLValue]) { endings.append(row) }

    /// Writes everything in lock order; must be the transaction's last statements.
    ///
    /// - Throws: `ExecutionFault.staleFence` or `.invalidTransition` when a row is not as it was read.
    func write(_ tx: Transaction) throws {
        try WorkItemWriter.write(items, tx)
        try ExecutionWriter.write(statuses, tx)
        try ExecutionWriter.write(sequences: sequences, tx)
        try EndAttempt.write(endings, tx)
        try log.write(tx)
    }

    private func body(_ draft: EventDraft, _ execution: ExecutionRow, _ now: Timestamp) -> [String: JSONValue] {
        var body = draft.body
        body["execution"] = .string(execution.id.description)
        body["root"] = .string(execution.root.description)
        body["parent"] = execution.parent.map { .string($0.description) } ?? .null
        if execution.parent != nil { body["position"] = .integer(Int64(execution.position)) }
        body["project"] = .string(execution.projectKey)
        body["seq"] = .integer(Int64(execution.lastSeq))
        body["at"] = .string(now.description)
        return body
    }
}
