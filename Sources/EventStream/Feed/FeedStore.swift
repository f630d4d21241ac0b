import Domain
package import MariaDB

/// Reads the feed with its events; the sequencer alone writes it.
package struct FeedStore: Sendable {
    /// Which rows of the feed.
    enum Scope: Sendable {
        case everything
        /// A project's, and those that belong to none.
        case project(ID<Project>)
        case tree(ID<Execution>)
    }

    /// Rows in the order of their positions.
    struct Page: Sendable {
        var entries: [FeedEntry] = []
        /// The last row read, also when it was a jump row; nil when nothing was found.
        var lastPosition: Int64?
        var isFull = false

        /// Memory it takes, about.
        var bytes: Int { entries.reduce(0) { $0 + $1.bytes } }
    }

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// At most `limit` rows from position `first` on. Blocks.
    func page(_ scope: Scope, from first: Int64, limit: Int) throws -> Page {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT f.pos, f.project_id, f.root_id, f.stream_id, e.seq, e.type, e.body
                FROM (\(sql: selection(scope, first, limit))) f
                LEFT JOIN events e ON e.stream_id = f.stream_id AND e.seq BETWEEN f.seq_from AND f.seq_to
                ORDER BY f.pos, e.seq
                """)
        }
        var page = Page()
        var rowCount = 0
        var pending: (head: Row, events: [FeedEvent])?
        for row in rows {
            let position = try row.int64("pos")
            if position != page.lastPosition {
                try close(&pending, into: &page)
                page.lastPosition = position
                rowCount += 1
                pending = (row, [])
            }
            // A jump row has no stream, and so no event.
            guard let seq = try row.intOrNil("seq") else { continue }
            pending?.events.append(
                FeedEvent(position: position, seq: seq, type: try row.text("type"), body: try row.bytes("body")))
        }
        try close(&pending, into: &page)
        page.isFull = rowCount >= limit
        return page
    }

    /// The lowest and the highest position there are; nil for an empty feed. Blocks.
    func bounds() throws -> ClosedRange<Int64>? {
        let row = try pool.read { try $0.query("SELECT MIN(pos) AS low, MAX(pos) AS high FROM feed").first }
        guard let row, let low = try row.int64OrNil("low"), let high = try row.int64OrNil("high"), low <= high else {
            return nil
        }
        return low...high
    }

    /// How far the feed tells of `execution`; nil when it holds nothing of it. Blocks.
    func last(of execution: ID<Execution>, root: ID<Execution>) throws -> FeedCursor? {
        let row = try pool.read { connection in
            try connection.query(
                """
                SELECT pos, seq_to FROM feed WHERE root_id = \(root) AND stream_id = \(execution)
                ORDER BY pos DESC LIMIT 1
                """
            ).first
        }
        guard let row else { return nil }
        return FeedCursor(position: try row.int64("pos"), seq: try row.int("seq_to"))
    }

    private func selection(_ scope: Scope, _ first: Int64, _ limit: Int) -> SQL {
        let columns: SQL = "SELECT pos, project_id, root_id, stream_id, seq_from, seq_to FROM feed"
        let tail: SQL = "pos >= \(first) ORDER BY pos LIMIT \(limit)"
        switch scope {
        case .everything: return "\(sql: columns) WHERE \(sql: tail)"
        case .tree(let root): return "\(sql: columns) WHERE root_id = \(root) AND \(sql: tail)"
        case .project(let project):
            // Two ranges of one index; an OR would read the whole project.
            return """
                (\(sql: columns) WHERE project_id = \(project) AND \(sql: tail))
                UNION ALL (\(sql: columns) WHERE project_id IS NULL AND \(sql: tail)) ORDER BY pos LIMIT \(limit)
                """
        }
    }

    private func close(_ pending: inout (head: Row, events: [FeedEvent])?, into page: inout Page) throws {
        guard let (head, events) = pending else { return }
        pending = nil
        guard !events.isEmpty, let stream = try head.uuidOrNil("stream_id") else { return }
        page.entries.append(
            FeedEntry(
                position: try head.int64("pos"), project: try head.idOrNil("project_id"),
                root: try head.idOrNil("root_id"), stream: stream, events: events))
    }
}
