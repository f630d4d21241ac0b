import Domain
import Feed
import MariaDB
import Wire

/// What one event of a child means for the counters of its suite.
struct ChildFact {
    let suite: ID<Execution>
    let at: Timestamp
    let change: Change

    enum Change {
        /// The first attempt began.
        case started
        /// It is final; `hadStarted` tells whether an attempt had begun before.
        case finished(ExecutionStatus, hadStarted: Bool, isStopped: Bool)
    }

    private static let names = [EventName.executionStarted, .executionFinished].map(\.rawValue)

    /// The changes that `rows` announce, oldest first; rows of roots announce none.
    static func read(_ rows: [FeedRow], _ tx: Transaction) throws -> [ChildFact] {
        let announced = Dictionary(grouping: rows.filter { $0.root?.uuid != $0.stream }, by: \.stream)
        guard !announced.isEmpty else { return [] }
        let events = try tx.query(
            """
            SELECT stream_id, seq, type, at, body FROM events WHERE stream_id IN (\(list: announced.keys.sorted()))
              AND type IN (\(list: ChildFact.names)) ORDER BY stream_id, seq
            """)
        return try events.compactMap { event in
            let seq = try event.int("seq")
            let row = try announced[event.uuid("stream_id")]?.first { $0.seqs.contains(seq) }
            guard let suite = row?.root else { return nil }
            return try ChildFact(suite, event)
        }
    }

    /// nil for what changes no counter: a later attempt, an end that a retry follows.
    private init?(_ suite: ID<Execution>, _ event: Row) throws {
        self.suite = suite
        at = try event.time("at")
        let body = try event.json("body")
        if try event.text("type") == EventName.executionStarted.rawValue {
            guard body["attempt"] == 1 else { return nil }
            change = .started
        } else {
            guard body["final"] == true, let status = body["status"]?.string.flatMap(ExecutionStatus.init(rawValue:))
            else { return nil }
            change = .finished(
                status, hadStarted: body["from"] != "pending", isStopped: body["why"] == "suiteStopped")
        }
    }
}

extension SuiteRow {
    mutating func apply(_ fact: ChildFact) {
        switch fact.change {
        case .started:
            counts.pending -= 1
            counts.running += 1
        case .finished(let status, let hadStarted, let isStopped):
            if hadStarted { counts.running -= 1 } else { counts.pending -= 1 }
            counts.add(1, status)
            if isStopped { stopped += 1 }
        }
    }
}
