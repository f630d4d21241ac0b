package import Domain
package import Feed
package import MariaDB

/// Keeps the ready set in memory and offers it to agents; runs on the engine thread only.
package struct Dispatcher {
    /// Heads kept of each bucket; more are loaded when they run out.
    static let headLimit = 100
    /// Heads read of every bucket at a take-over.
    static let firstHeads = 20
    static let batchLimit = 100
    /// An agent that does not accept in this time loses the offer.
    package static let offerMs: Int64 = 3000
    /// What is held is followed by events; the rows are read again this often, should one have been missed.
    static let recountMs: Int64 = 5000
    static let sessionsMs: Int64 = 50
    /// Idle buckets kept with their terms, so that work that comes one by one does not read them again.
    static let idleBuckets = 1000

    private let pool: Pool
    private var plan = DispatchPlan()
    private var notes: WaitNotes
    /// Buckets that may have more ready rows than the heads in memory.
    private var unread: Set<Int> = []
    private var held: [ID<Execution>: (bucket: Int, session: ID<AgentSession>?)] = [:]
    private var countedAtMs: Int64?
    private var sessions: (list: [OpenSlots], readAtMs: Int64)?
    private var isLoaded = false
    /// Whether the last pass committed an offer.
    package private(set) var hasOffered = false

    package init(pool: Pool) {
        self.pool = pool
        notes = WaitNotes(pool: pool)
    }

    /// Whether anything is offered or running.
    package var holdsWork: Bool { !held.isEmpty }

    /// Forgets everything; the next pass loads from the database. Called at take-over and after an error.
    package mutating func reset() {
        plan = DispatchPlan()
        notes.reset()
        unread = []
        held = [:]
        countedAtMs = nil
        sessions = nil
        isLoaded = false
    }

    /// Reads the sessions again at the next pass: one of them has changed.
    package mutating func forgetSessions() { sessions = nil }

    /// Takes note of items that are held no more.
    package mutating func release(_ ids: [ID<Execution>]) {
        for id in ids { held[id] = nil }
    }

    /// Takes in rows that became ready, by primary key; rows that are not ready any more are ignored.
    ///
    /// - Returns: those that are ready.
    @discardableResult
    package mutating func add(_ ids: [ID<Execution>]) throws -> Set<ID<Execution>> {
        guard !ids.isEmpty, isLoaded else { return [] }
        release(ids)
        var ready: Set<ID<Execution>> = []
        for start in stride(from: 0, to: ids.count, by: 200) {
            let some = Array(ids[start..<min(start + 200, ids.count)])
            let rows = try pool.read { connection in
                try connection.query(
                    """
                    SELECT execution_id, bucket_id, fence, sort_key FROM work_items
                    WHERE execution_id IN (\(list: some)) AND state = 'ready'
                    """)
            }
            try insert(rows)
            ready.formUnion(try rows.map { try $0.id("execution_id") })
        }
        return ready
    }

    /// One pass: commits up to `batchLimit` offers.
    ///
    /// - Returns: whether there may be more to offer at once.
    package mutating func runOnce(
        _ lease: LeaderLease, _ setAside: inout SetAside, monotonicMs: Int64
    ) throws -> Bool {
        hasOffered = false
        if !isLoaded { try load() }
        try refill()
        guard plan.hasWork else {
            try notes.write([:], lease, monotonicMs: monotonicMs)
            return false
        }
        if countedAtMs.map({ monotonicMs - $0 >= Self.recountMs }) ?? true { try countHeld(monotonicMs) }
        plan.open(try openSessions(&setAside, monotonicMs))
        plan.hold(held.values)
        let offers = plan.choose(limit: Dispatcher.batchLimit)
        if !offers.isEmpty { try commit(offers, lease, &setAside, monotonicMs) }
        if plan.hasWork || notes.isShown { try notes.write(plan.waiting(), lease, monotonicMs: monotonicMs) }
        evict()
        return offers.count == Dispatcher.batchLimit
    }

    /// Passes of a busy moment share one reading; a beat or a new agent is seen by the next.
    private mutating func openSessions(_ setAside: inout SetAside, _ monotonicMs: Int64) throws -> [OpenSlots] {
        if let sessions, monotonicMs - sessions.readAtMs < Self.sessionsMs { return sessions.list }
        let list = try ReadSessions(pool: pool).open(&setAside, monotonicMs: monotonicMs)
        sessions = (list, monotonicMs)
        return list
    }

    private mutating func insert(_ rows: [Row]) throws {
        try learn(Set(try rows.map { try $0.int("bucket_id") }))
        for row in rows {
            let bucket = try row.int("bucket_id")
            let item = ReadyItem(
                execution: try row.id("execution_id"), fence: try row.int("fence"), sortKey: try row.int64("sort_key"))
            let isUnread = plan.insert(
                item, into: bucket, limit: Dispatcher.headLimit, isComplete: !unread.contains(bucket))
            if isUnread { unread.insert(bucket) }
        }
    }

    /// At a take-over: the first heads of every bucket in one statement.
    private mutating func load() throws {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT execution_id, bucket_id, fence, sort_key FROM (
                  SELECT execution_id, bucket_id, fence, sort_key,
                    ROW_NUMBER() OVER (PARTITION BY bucket_id ORDER BY sort_key, execution_id) place
                  FROM work_items FORCE INDEX (work_items_for_load) WHERE state = 'ready') q
                WHERE place <= \(Dispatcher.firstHeads)
                """)
        }
        isLoaded = true
        try insert(rows)
        for (bucket, count) in try Dictionary(grouping: rows, by: { try $0.int("bucket_id") }).mapValues(\.count)
        where count == Dispatcher.firstHeads { unread.insert(bucket) }
    }

    private mutating func refill() throws {
        for bucket in unread where plan.heads(of: bucket).isEmpty {
            let rows = try pool.read { connection in
                try connection.query(
                    """
                    SELECT execution_id, bucket_id, fence, sort_key FROM work_items FORCE INDEX (work_items_for_load)
                    WHERE state = 'ready' AND bucket_id = \(bucket) ORDER BY sort_key, execution_id LIMIT \(Dispatcher.headLimit)
                    """)
            }
            unread.remove(bucket)
            try insert(rows)
            if rows.count == Dispatcher.headLimit { unread.insert(bucket) }
        }
    }

    /// Reads the terms of buckets that are not known yet.
    private mutating func learn(_ wanted: Set<Int>) throws {
        let unknown = wanted.filter { !plan.knows($0) }.sorted()
        for start in stride(from: 0, to: unknown.count, by: 500) {
            let some = Array(unknown[start..<min(start + 500, unknown.count)])
            for row in try pool.read({ connection in
                try connection.query(
                    "SELECT id, project_id, concurrency_key, labels FROM queue_buckets WHERE id IN (\(list: some))")
            }) {
                let labels = try row.text("labels").split(separator: ",").map(String.init)
                plan.add(
                    BucketTerms(
                        project: try row.id("project_id"), concurrencyKey: try row.text("concurrency_key"),
                        labels: Set(labels)), as: try row.int("id"))
            }
        }
    }

    private mutating func countHeld(_ monotonicMs: Int64) throws {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT execution_id, session_id, bucket_id FROM work_items FORCE INDEX (work_items_for_load)
                WHERE state IN ('offered', 'running')
                """)
        }
        plan.projectLimits = try readLimits()
        countedAtMs = monotonicMs
        held = Dictionary(
            try rows.map { (try $0.id("execution_id"), (try $0.int("bucket_id"), try $0.idOrNil("session_id"))) },
            uniquingKeysWith: { first, _ in first })
        try learn(Set(held.values.map(\.bucket)))
    }

    /// What projects say of how much may run at once; seen by the next recount, never asked for an item.
    private func readLimits() throws -> [ID<Project>: Int] {
        let rows = try pool.read { connection in
            try connection.query("SELECT project_id, concurrency FROM project_settings WHERE concurrency IS NOT NULL")
        }
        return Dictionary(
            try rows.map { (try $0.id("project_id"), try $0.int("concurrency")) }, uniquingKeysWith: { $1 })
    }

    /// Offers all together; when one of them breaks the transaction each goes on its own, and the bad one is set aside.
    private mutating func commit(
        _ offers: [PlannedOffer], _ lease: LeaderLease, _ setAside: inout SetAside, _ monotonicMs: Int64
    ) throws {
        var (together, alone) = (offers, [PlannedOffer]())
        if setAside.count > 0 {
            alone = offers.filter { setAside.knows(Engine.item($0.execution)) }
            together = offers.filter { !setAside.knows(Engine.item($0.execution)) }
        }
        var committed = 0
        do {
            committed += try write(together, lease)
        } catch  where !SetAside.concernsAll(error) {
            alone += together
            together = []
        }
        for offer in alone {
            committed +=
                try setAside.attempt(Engine.item(offer.execution), monotonicMs: monotonicMs) {
                    try write([offer], lease)
                }
                ?? 0
        }
        hasOffered = committed > 0
        let done = together + alone.filter { !setAside.knows(Engine.item($0.execution)) }
        for offer in done { held[offer.execution] = (offer.bucket, offer.session) }
        guard committed < done.count else { return }
        // Rows that were cancelled meanwhile are simply not offered; the ready ones among the losers are read again.
        countedAtMs = nil
        try add(done.map(\.execution))
    }

    private func write(_ offers: [PlannedOffer], _ lease: LeaderLease) throws -> Int {
        guard !offers.isEmpty else { return 0 }
        let sorted = offers.sorted { $0.execution < $1.execution }
        return try pool.transaction { tx in
            try lease.touch(tx)
            return try WorkItemWriter.offer(sorted, until: tx.now.adding(ms: Dispatcher.offerMs), tx)
        }
    }

    private mutating func evict() {
        guard plan.buckets.count > Self.idleBuckets + 2 * (held.count + unread.count + plan.bucketsWithHeads) else {
            return
        }
        let needed = unread.union(held.values.map(\.bucket))
        plan.evict { needed.contains($0) }
    }
}
