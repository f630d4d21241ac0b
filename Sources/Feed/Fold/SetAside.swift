package import Domain
package import MariaDB

/// Steps over items that a loop cannot do, keeps why, and tries them again later, so that one bad row stops nobody else.
///
/// One value a loop, on its thread. What is set aside is in `set_aside`, where people see it, retry it or drop it;
/// memory holds only when each is due.
package struct SetAside {
    /// How often rows are read again while there are any: an admin's retry is noticed within this time.
    package static let rereadMs: Int64 = 10_000
    static let firstWaitMs: Int64 = 5_000
    static let longestWaitMs: Int64 = 3_600_000

    package let loop: String
    private let pool: Pool
    private var due: [String: Int64] = [:]
    private var readAtMs: Int64?

    package init(loop: String, pool: Pool) {
        self.loop = loop
        self.pool = pool
    }

    /// Forgets what memory knows; the next use reads the rows again. Call at a take-over.
    package mutating func reset() {
        due = [:]
        readAtMs = nil
    }

    /// Runs `body` for one item and answers its result; nil when the item is set aside, before or by this try.
    ///
    /// - Parameter detail: what a person or a later try needs to know of the item.
    /// - Throws: what concerns the whole loop: a lost leadership, an unreachable database.
    package mutating func attempt<R>(
        _ item: String, project: ID<Project>? = nil, detail: JSONValue = .null, monotonicMs: Int64,
        _ body: () throws -> R
    ) throws -> R? {
        try refresh(monotonicMs)
        if let dueMs = due[item], monotonicMs < dueMs { return nil }
        do {
            let result = try body()
            if due[item] != nil { try forget(item) }
            return result
        } catch let error where !Self.concernsAll(error) {
            try record(item, project: project, detail: detail, error: error, monotonicMs: monotonicMs)
            return nil
        }
    }

    /// How many items memory knows to be set aside: a page must be longer by as many to reach those behind them.
    package var count: Int { due.count }

    /// Whether the item failed before and was not done since.
    package func knows(_ item: String) -> Bool { due[item] != nil }

    /// How often the item has failed so far.
    package func tries(of item: String) throws -> Int {
        try pool.read { connection in
            try connection.query("SELECT tries FROM set_aside WHERE loop_name = \(loop) AND item = \(item)").first?.int(
                "tries") ?? 0
        }
    }

    /// Items whose next try is due, with their detail, oldest first.
    package mutating func dueItems(monotonicMs: Int64, limit: Int = 20) throws -> [(item: String, detail: JSONValue)] {
        try refresh(monotonicMs)
        let items = due.filter { $0.value <= monotonicMs }.keys.sorted().prefix(limit)
        guard !items.isEmpty else { return [] }
        return try pool.read { connection in
            try connection.query(
                "SELECT item, detail FROM set_aside WHERE loop_name = \(loop) AND item IN (\(list: Array(items))) ORDER BY item"
            ).map { (try $0.text("item"), (try? $0.json("detail")) ?? .null) }
        }
    }

    /// Writes the failure and when the next try is due: 5 s, doubling, at most an hour.
    package mutating func record(
        _ item: String, project: ID<Project>?, detail: JSONValue, error: any Error, monotonicMs: Int64
    ) throws {
        let tries = try self.tries(of: item) + 1
        let waitMs = min(Self.longestWaitMs, Self.firstWaitMs << Int64(min(tries - 1, 10)))
        let why = "\(error)".cut(codePoints: 1000)
        try pool.transaction { tx in
            try tx.execute(
                """
                INSERT INTO set_aside (loop_name, item, project_id, detail, error, first_at, last_at, tries, due_at)
                VALUES (\(loop), \(item), \(project), \(detail.text), \(why), \(tx.now), \(tx.now), 1, \(tx.now.adding(ms: waitMs)))
                ON DUPLICATE KEY UPDATE error = VALUES(error), last_at = VALUES(last_at), tries = tries + 1,
                  due_at = VALUES(due_at)
                """)
        }
        due[item] = monotonicMs + waitMs
    }

    /// Takes the item off the list: it was done, or given up for good.
    package mutating func forget(_ item: String) throws {
        try pool.transaction { tx in
            try tx.execute("DELETE FROM set_aside WHERE loop_name = \(loop) AND item = \(item)")
        }
        due[item] = nil
    }

    private mutating func refresh(_ monotonicMs: Int64) throws {
        if let readAtMs, due.isEmpty || monotonicMs - readAtMs < Self.rereadMs { return }
        readAtMs = monotonicMs
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT item, GREATEST(0, TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(3), due_at) DIV 1000) wait_ms
                FROM set_aside WHERE loop_name = \(loop) ORDER BY due_at LIMIT 1000
                """)
        }
        due = Dictionary(
            try rows.map { (try $0.text("item"), monotonicMs + (try $0.int64("wait_ms"))) },
            uniquingKeysWith: { first, _ in first })
    }

    /// Errors that are not the item's: the pass ends and the loop backs off.
    package static func concernsAll(_ error: any Error) -> Bool { error is LeadershipLost || !isPoison(error) }
}
