import Domain
package import MariaDB

/// Reads the feed from a cursor of its own and hands what is new to a feature, batch by batch.
///
/// What the feature writes and the cursor move in one transaction: a crash loses and repeats nothing. A batch that
/// fails is tried row by row; the row that fails alone is set aside and the fold goes on. One value a loop, one thread.
package struct FeedFold {
    /// What one pass did.
    package struct Pass: Equatable, Sendable {
        /// Feed rows read.
        package var read = 0
        /// Of those, rows about the fold's topics.
        package var folded = 0
        /// Rows set aside in this pass.
        package var setAside = 0
        /// The batch was full.
        package var mayBeMore = false

        package init() {}
    }

    /// Folds one batch of rows, all of them about the fold's topics, inside the transaction that moves the cursor.
    package typealias Body = ([FeedRow], Transaction) throws -> Void

    /// A cursor over rows of other topics is stored only this often: it costs a commit.
    static let storeEveryRows = 5_000
    static let storeEveryMs: Int64 = 30_000
    static let heavyRows = 8

    package let name: String
    private let topics: FeedTopics
    private let heavy: FeedTopics
    private let isWanted: @Sendable (FeedRow) -> Bool
    private let pool: Pool
    private let batchRows: Int
    private var setAside: SetAside
    /// Where reading goes on, and what the row says; nil before the first pass.
    private var place: Place?

    private struct Place {
        var read: Int64
        var stored: Int64
        var storedAtMs: Int64
        /// Rows read since.
        var skipped = 0

        init(_ pos: Int64, at monotonicMs: Int64) {
            read = pos
            stored = pos
            storedAtMs = monotonicMs
        }
    }

    /// - Parameters:
    ///   - name: of the cursor and of the items set aside.
    ///   - heavy: topics whose rows announce hundreds of executions each: a batch holds few of them.
    ///   - isWanted: narrows the topics; a batch without wanted rows costs no transaction.
    package init(
        _ name: String, topics: FeedTopics, pool: Pool, batchRows: Int = 500, heavy: FeedTopics = [],
        isWanted: @escaping @Sendable (FeedRow) -> Bool = { _ in true }
    ) {
        self.isWanted = isWanted
        self.heavy = heavy
        self.name = name
        self.topics = topics
        self.pool = pool
        self.batchRows = max(1, batchRows)
        setAside = SetAside(loop: name, pool: pool)
    }

    /// Forgets its place; the next pass starts from the stored cursor. Call at a take-over.
    package mutating func reset() {
        place = nil
        setAside.reset()
    }

    /// One batch. Blocks.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError` when the database cannot be reached.
    package mutating func runOnce(monotonicMs: Int64, touch: LeaseTouch, _ body: Body) throws -> Pass {
        do {
            return try pass(monotonicMs, touch, body)
        } catch {
            place = nil
            throw error
        }
    }

    private mutating func pass(_ monotonicMs: Int64, _ touch: LeaseTouch, _ body: Body) throws -> Pass {
        let from = try place?.read ?? begin(monotonicMs)
        let rows = try pool.read { connection in
            try connection.query(
                "SELECT \(sql: FeedRow.columns) FROM feed WHERE pos > \(from) ORDER BY pos LIMIT \(batchRows)")
        }
        var pass = Pass()
        try retryDue(monotonicMs, touch, body)
        guard let last = rows.last else { return pass }
        pass.read = rows.count
        pass.mayBeMore = rows.count == batchRows
        var wanted = try rows.compactMap { try FeedRow($0) }.filter {
            !topics.isDisjoint(with: $0.topics) && isWanted($0)
        }
        var end = try last.int64("pos")
        if let cut = tooHeavy(wanted) {
            wanted.removeSubrange((cut + 1)...)
            end = wanted[cut].pos
            pass.mayBeMore = true
        }
        pass.folded = wanted.count
        if wanted.isEmpty {
            try skip(rows.count, to: end, monotonicMs, touch)
        } else {
            pass.setAside = try foldBatch(wanted, to: end, monotonicMs, touch, body)
        }
        return pass
    }

    /// Where a batch with too many heavy rows ends; nil when it has few.
    private func tooHeavy(_ rows: [FeedRow]) -> Int? {
        guard !heavy.isEmpty else { return nil }
        let places = rows.indices.filter { !rows[$0].topics.isDisjoint(with: heavy) }
        return places.count > Self.heavyRows ? places[Self.heavyRows - 1] : nil
    }

    private mutating func begin(_ monotonicMs: Int64) throws -> Int64 {
        let find: SQL = "SELECT pos FROM feed_cursors WHERE name = \(name)"
        let pos = try pool.transaction { tx in
            if let row = try tx.first(find) { return try row.int64("pos") }
            try tx.execute(
                """
                INSERT INTO feed_cursors (name, pos, updated_at) VALUES (\(name), 0, \(tx.now))
                ON DUPLICATE KEY UPDATE pos = pos
                """)
            return 0
        }
        place = Place(pos, at: monotonicMs)
        return pos
    }

    /// Nothing here for this fold: remember it, and store it now and then so that purges may go on.
    private mutating func skip(_ rows: Int, to end: Int64, _ monotonicMs: Int64, _ touch: LeaseTouch) throws {
        place?.read = end
        place?.skipped += rows
        guard let place, place.skipped >= Self.storeEveryRows || monotonicMs - place.storedAtMs >= Self.storeEveryMs
        else { return }
        try pool.transaction { tx in
            try touch(tx)
            try move(to: end, tx)
        }
        self.place = Place(end, at: monotonicMs)
    }

    /// - Returns: how many rows were set aside.
    private mutating func foldBatch(
        _ rows: [FeedRow], to end: Int64, _ monotonicMs: Int64, _ touch: LeaseTouch, _ body: Body
    ) throws -> Int {
        do {
            try fold(rows, to: end, monotonicMs, touch, body)
            return 0
        } catch let error where !SetAside.concernsAll(error) {
            guard rows.count > 1 else { return try setAside(rows[0], error, to: end, monotonicMs, touch) }
        }
        var aside = 0
        for (index, row) in rows.enumerated() {
            aside += try foldBatch([row], to: index == rows.count - 1 ? end : row.pos, monotonicMs, touch, body)
        }
        return aside
    }

    private mutating func fold(
        _ rows: [FeedRow], to end: Int64, _ monotonicMs: Int64, _ touch: LeaseTouch, _ body: Body
    ) throws {
        try pool.transaction { tx in
            try touch(tx)
            try move(to: end, tx)
            try body(rows, tx)
        }
        place = Place(end, at: monotonicMs)
    }

    private mutating func setAside(
        _ row: FeedRow, _ error: any Error, to end: Int64, _ monotonicMs: Int64, _ touch: LeaseTouch
    ) throws -> Int {
        try setAside.record(
            "\(row.pos)", project: row.project, detail: row.detail, error: error, monotonicMs: monotonicMs)
        try fold([], to: end, monotonicMs, touch) { _, _ in }
        return 1
    }

    /// The cursor moves only from where this fold left it: somebody else's move ends the transaction.
    private func move(to end: Int64, _ tx: Transaction) throws {
        let moved = try tx.execute(
            """
            UPDATE feed_cursors SET pos = \(end), updated_at = \(tx.now) WHERE name = \(name) AND pos = \(place?.stored ?? 0)
            """)
        guard moved == 1 else { throw LeadershipLost(name: name) }
    }

    /// Tries again what was set aside and is due; a success forgets it.
    private mutating func retryDue(_ monotonicMs: Int64, _ touch: LeaseTouch, _ body: Body) throws {
        for (item, detail) in try setAside.dueItems(monotonicMs: monotonicMs) {
            let pool = pool
            _ = try setAside.attempt(item, detail: detail, monotonicMs: monotonicMs) {
                guard let row = FeedRow(detail: detail) else { throw FoldError.unreadable }
                try pool.transaction { tx in
                    try touch(tx)
                    try body([row], tx)
                }
            }
        }
    }
}

/// What a fold cannot go on with.
package enum FoldError: Error, Equatable, Sendable {
    /// What was set aside is no feed row any more.
    case unreadable
}
