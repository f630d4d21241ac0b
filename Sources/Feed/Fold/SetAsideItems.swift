package import Domain
package import MariaDB

/// What loops have set aside, as people see it: list it, count it, ask for another try.
package struct SetAsideItems: Sendable {
    /// One item that a loop could not do.
    package struct Item: Equatable, Sendable {
        package let loop: String
        package let item: String
        /// Key of its project; nil when it belongs to none.
        package let project: String?
        package let error: String
        package let firstAt: Timestamp
        package let lastAt: Timestamp
        package let tries: Int
        package let dueAt: Timestamp
    }

    package static let listLimit = 200

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The newest failures first, at most `listLimit`.
    package func list() throws -> [Item] {
        try pool.read { connection in
            try connection.query(
                """
                SELECT s.loop_name, s.item, p.project_key, s.error, s.first_at, s.last_at, s.tries, s.due_at FROM set_aside s
                LEFT JOIN projects p ON p.id = s.project_id ORDER BY s.last_at DESC, s.loop_name, s.item LIMIT \(Self.listLimit)
                """
            ).map { row in
                Item(
                    loop: try row.text("loop_name"), item: try row.text("item"),
                    project: try row.textOrNil("project_key"), error: try row.text("error"),
                    firstAt: try row.time("first_at"), lastAt: try row.time("last_at"), tries: try row.int("tries"),
                    dueAt: try row.time("due_at"))
            }
        }
    }

    package func count() throws -> Int {
        try pool.read { try $0.first("SELECT COUNT(*) n FROM set_aside")?.int("n") ?? 0 }
    }

    /// Makes the item due now; its loop notices within 10 s. False when there is no such item.
    package func retry(loop: String, item: String, _ tx: Transaction) throws -> Bool {
        try isName(loop, item)
            && tx.execute("UPDATE set_aside SET due_at = \(tx.now) WHERE loop_name = \(loop) AND item = \(item)") == 1
    }

    /// Takes the item off the list for good: it will not be tried again. False when there is no such item.
    package func drop(loop: String, item: String, _ tx: Transaction) throws -> Bool {
        try isName(loop, item)
            && tx.execute("DELETE FROM set_aside WHERE loop_name = \(loop) AND item = \(item)") == 1
    }

    /// Both columns hold ASCII only; anything else names nothing.
    private func isName(_ texts: String...) -> Bool {
        texts.allSatisfy { $0.utf8.allSatisfy { $0 < 128 } && $0.utf8.count <= 128 }
    }
}
