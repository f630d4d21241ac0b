package import Domain
package import MariaDB

/// Keeps the ready set in memory and offers it to agents; runs on the engine thread only.
package struct Dispatcher {
    /// Heads kept of each bucket; more are loaded when they run out.
    static let headLimit = 100
    static let batchLimit = 100
    /// An agent that does not accept in this time loses the offer.
    package static let offerMs: Int64 = 3000

    private let pool: Pool
    private var plan = DispatchPlan()
    /// Buckets that may have more ready rows than the heads in memory.
    private var unread: Set<Int> = []
    private var waiting: [Int: WaitReason] = [:]
    private var isLoaded = false
    /// Whether the last pass committed an offer.
    package private(set) var hasOffered = false

    package init(pool: Pool) { self.pool = pool }

    /// Forgets everything; the next pass loads from the database. Called at take-over and after an error.
    package mutating func reset() {
        plan = DispatchPlan()
        unread = []
        isLoaded = false
    }

    /// Takes in rows that became ready, by primary key; rows that are not ready any more are ignored.
    package mutating func add(_ ids: [ID<Execution>]) throws {
        guard !ids.isEmpty, isLoaded else { return }
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT execution_id, bucket_id, fence, sort_key FROM work_items
                WHERE execution_id IN (\(list: ids)) AND state = 'ready'
                """)
        }
        try insert(rows)
    }

    /// One pass: commits up to `batchLimit` offers.
    ///
    /// - Returns: whether there may be more to offer at once.
    package mutating func runOnce(_ lease: LeaderLease) throws -> Bool {
        hasOffered = false
        if !isLoaded { try loadBuckets() }
        try refill()
        guard plan.heads.contains(where: { !$0.value.isEmpty }) else {
            try writeWaiting([:])
            return false
        }
        try loadSessions()
        let (offers, reasons) = plan.choose(limit: Dispatcher.batchLimit)
        if !offers.isEmpty { try commit(offers, lease) }
        try writeWaiting(reasons)
        return offers.count == Dispatcher.batchLimit
    }

    private mutating func insert(_ rows: [Row]) throws {
        for row in rows {
            let bucket = try row.int("bucket_id")
            let item = ReadyItem(
                execution: try row.id("execution_id"), fence: try row.int("fence"), sortKey: try row.int64("sort_key"))
            if plan.terms[bucket] == nil { try loadTerms(of: bucket) }
            var heads = plan.heads[bucket] ?? []
            heads.removeAll { $0.execution == item.execution }
            let index = heads.firstIndex { item < $0 } ?? heads.endIndex
            // Behind unread rows of the same bucket an item waits for the refill, which reads in order.
            if index == heads.endIndex, unread.contains(bucket) { continue }
            heads.insert(item, at: index)
            if heads.count > Dispatcher.headLimit {
                heads.removeLast()
                unread.insert(bucket)
            }
            plan.heads[bucket] = heads
        }
    }

    private mutating func loadBuckets() throws {
        let buckets = try pool.read { connection in
            try connection.query("SELECT DISTINCT bucket_id FROM work_items WHERE state = 'ready'")
        }
        unread = Set(try buckets.map { try $0.int("bucket_id") })
        isLoaded = true
    }

    private mutating func refill() throws {
        for bucket in unread where plan.heads[bucket]?.isEmpty != false {
            let rows = try pool.read { connection in
                try connection.query(
                    """
                    SELECT execution_id, bucket_id, fence, sort_key FROM work_items FORCE INDEX (work_items_for_load)
                    WHERE state = 'ready' AND bucket_id = \(bucket) ORDER BY sort_key, execution_id LIMIT \(Dispatcher.headLimit)
                    """)
            }
            if rows.count < Dispatcher.headLimit { unread.remove(bucket) }
            let isUnread = unread.remove(bucket) != nil
            try insert(rows)
            if isUnread { unread.insert(bucket) }
        }
    }

    private mutating func loadTerms(of bucket: Int) throws {
        let row = try pool.read { connection in
            try connection.query("SELECT project_id, concurrency_key, labels FROM queue_buckets WHERE id = \(bucket)")
                .first
        }
        guard let row else { return }
        let labels = try row.text("labels").split(separator: ",").map(String.init)
        plan.terms[bucket] = BucketTerms(
            project: try row.id("project_id"), concurrencyKey: try row.text("concurrency_key"), labels: Set(labels))
    }

    private mutating func loadSessions() throws {
        let (sessions, held) = try pool.read { connection in
            (
                try connection.query(
                    """
                    SELECT s.id, s.agent_id, s.project_id, s.labels, s.slots FROM agent_sessions s
                    WHERE s.ended_at IS NULL AND s.lease_until > UTC_TIMESTAMP(3) AND NOT s.draining AND NOT s.offer_expired
                    """),
                try connection.query(
                    """
                    SELECT session_id, bucket_id, COUNT(*) held FROM work_items
                    WHERE state IN ('offered', 'running') GROUP BY session_id, bucket_id
                    """)
            )
        }
        var bySession: [ID<AgentSession>: Int] = [:]
        plan.heldByBucket = [:]
        for row in held {
            let bucket = try row.int("bucket_id")
            if plan.terms[bucket] == nil { try loadTerms(of: bucket) }
            plan.heldByBucket[bucket, default: 0] += try row.int("held")
            if let session: ID<AgentSession> = try row.idOrNil("session_id") {
                bySession[session, default: 0] += try row.int("held")
            }
        }
        plan.sessions = try sessions.map { row in
            let id: ID<AgentSession> = try row.id("id")
            return OpenSlots(
                session: id, agent: try row.id("agent_id"), project: try row.idOrNil("project_id"),
                labels: Set(try row.json("labels").array?.compactMap(\.string) ?? []), slots: try row.int("slots"),
                held: bySession[id] ?? 0)
        }
    }

    private mutating func commit(_ offers: [PlannedOffer], _ lease: LeaderLease) throws {
        let sorted = offers.sorted { $0.execution < $1.execution }
        let committed = try pool.transaction { tx in
            try lease.touch(tx)
            return try WorkItemWriter.offer(sorted, until: tx.now.adding(ms: Dispatcher.offerMs), tx)
        }
        hasOffered = committed > 0
        // Rows that were cancelled meanwhile are simply not offered; the ready ones among the losers are read again.
        if committed < offers.count { try add(offers.map(\.execution)) }
    }

    /// Stores why buckets wait, only where the reason changed.
    private mutating func writeWaiting(_ reasons: [Int: WaitReason]) throws {
        let changed = Set(reasons.keys).union(waiting.keys).filter { reasons[$0] != waiting[$0] }.sorted()
        for bucket in changed {
            let reason = reasons[bucket]?.rawValue
            try pool.transaction { tx in
                try tx.execute(
                    """
                    UPDATE queue_buckets SET wait_reason = \(reason), waiting_since = \(reason == nil ? nil : tx.now)
                    WHERE id = \(bucket)
                    """)
            }
        }
        waiting = reasons
    }
}
