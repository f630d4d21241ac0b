package import Domain

/// Chooses who runs what: pure, so that fairness and limits are tested without a database.
///
/// Between projects: stride scheduling, the smallest pass first. Inside a project: the smallest sort key, which
/// carries priority and age. A bucket whose concurrency key is taken is parked whole until the key is free, and buckets
/// with one demand are held back together, so what blocked work costs does not depend on how much there is.
package struct DispatchPlan {
    struct Bucket {
        let terms: BucketTerms
        let queue: Int
        /// Ready items, ascending.
        var heads: [ReadyItem] = []
        var isParked = false
    }

    /// At most this many of one project at once, unless it says otherwise.
    package static let defaultLimit = 100

    package var projectLimit = defaultLimit
    /// Of the projects that say otherwise.
    package var projectLimits: [ID<Project>: Int] = [:]
    private(set) var buckets: [Int: Bucket] = [:]
    private(set) var sessions: [OpenSlots] = []
    private var queues: [DemandQueue] = []
    private var queueIndex: [Demand: Int] = [:]
    private var parked: [HeldKey: Set<Int>] = [:]
    private var heldKeys: [HeldKey: Int] = [:]
    private var running: [ID<Project>: Int] = [:]
    /// Virtual time of each project that has work.
    private var passes: [ID<Project>: Double] = [:]
    private var bucketsWithWork: [ID<Project>: Int] = [:]

    package init() {}

    package var hasWork: Bool { !bucketsWithWork.isEmpty }

    var bucketsWithHeads: Int { bucketsWithWork.values.reduce(0, +) }

    // MARK: What it knows

    package func knows(_ bucket: Int) -> Bool { buckets[bucket] != nil }

    package func heads(of bucket: Int) -> [ReadyItem] { buckets[bucket]?.heads ?? [] }

    package mutating func add(_ terms: BucketTerms, as bucket: Int) {
        guard buckets[bucket] == nil else { return }
        let demand = terms.demand
        let queue = queueIndex[demand] ?? queues.count
        if queue == queues.count {
            var fresh = DemandQueue(demand: demand)
            fresh.serving = sessions.indices.filter { sessions[$0].serves(demand) }
            queues.append(fresh)
            queueIndex[demand] = queue
        }
        buckets[bucket] = Bucket(terms: terms, queue: queue)
    }

    /// Puts the item in its place; one that is there already is replaced.
    ///
    /// - Parameters:
    ///   - limit: heads kept of a bucket.
    ///   - isComplete: false when rows behind the last head are unread: an item beyond it is then left to the refill.
    /// - Returns: whether rows beyond the heads are now unread.
    package mutating func insert(_ item: ReadyItem, into bucket: Int, limit: Int, isComplete: Bool) -> Bool {
        guard var entry = buckets[bucket] else { return !isComplete }
        let hadWork = !entry.heads.isEmpty
        entry.heads.removeAll { $0.execution == item.execution }
        let index = entry.heads.firstIndex { item < $0 } ?? entry.heads.endIndex
        var isComplete = isComplete
        if index < entry.heads.endIndex || isComplete {
            entry.heads.insert(item, at: index)
            if entry.heads.count > limit {
                entry.heads.removeLast()
                isComplete = false
            }
        }
        buckets[bucket] = entry
        noteWork(entry.terms.project, had: hadWork, has: !entry.heads.isEmpty)
        if index == 0, !entry.isParked, let first = entry.heads.first {
            queues[entry.queue].push(first, bucket: bucket)
        }
        return !isComplete
    }

    /// Takes the sessions as they are now, with nothing held.
    package mutating func open(_ now: [OpenSlots]) {
        let isSame =
            now.count == sessions.count
            && zip(now, sessions).allSatisfy { $0.session == $1.session && $0.labels == $1.labels }
        sessions = now
        guard !isSame else { return }
        for index in queues.indices {
            queues[index].serving = sessions.indices.filter { sessions[$0].serves(queues[index].demand) }
        }
    }

    /// Takes what is offered or running now; parked buckets whose key is free again compete again.
    package mutating func hold(_ items: some Sequence<(bucket: Int, session: ID<AgentSession>?)>) {
        let places = Dictionary(sessions.indices.map { (sessions[$0].session, $0) }, uniquingKeysWith: { $1 })
        for index in sessions.indices { sessions[index].held = 0 }
        let before = heldKeys
        heldKeys = [:]
        running = [:]
        for item in items {
            if let session = item.session, let index = places[session] { sessions[index].held += 1 }
            guard let terms = buckets[item.bucket]?.terms else { continue }
            running[terms.project, default: 0] += 1
            if let key = terms.key { heldKeys[key, default: 0] += 1 }
        }
        for key in before.keys where heldKeys[key] == nil { unpark(key) }
    }

    private mutating func unpark(_ key: HeldKey) {
        for bucket in parked.removeValue(forKey: key) ?? [] {
            buckets[bucket]?.isParked = false
            guard let entry = buckets[bucket], let first = entry.heads.first else { continue }
            queues[entry.queue].push(first, bucket: bucket)
        }
    }

    private mutating func noteWork(_ project: ID<Project>, had: Bool, has: Bool) {
        guard had != has else { return }
        let count = (bucketsWithWork[project] ?? 0) + (has ? 1 : -1)
        bucketsWithWork[project] = count > 0 ? count : nil
    }

    /// Forgets buckets without heads for which `isNeeded` does not hold, and queues that no bucket uses.
    package mutating func evict(unless isNeeded: (Int) -> Bool) {
        buckets = buckets.filter { !$0.value.heads.isEmpty || isNeeded($0.key) }
        let kept = buckets
        (buckets, queues, queueIndex, parked) = ([:], [], [:], [:])
        bucketsWithWork = [:]
        for (bucket, entry) in kept {
            add(entry.terms, as: bucket)
            for item in entry.heads { _ = insert(item, into: bucket, limit: .max, isComplete: true) }
        }
    }

    // MARK: The choice

    /// Takes up to `limit` offers out of the heads.
    package mutating func choose(limit: Int) -> [PlannedOffer] {
        var offers: [PlannedOffer] = []
        for index in queues.indices { queues[index].obstacle = obstacle(of: index) }
        admitIdleProjects()
        while offers.count < limit, let queue = nextQueue(), let entry = top(of: queue) {
            guard let terms = buckets[entry.bucket]?.terms else { break }
            if let key = terms.key, heldKeys[key] != nil {
                park(entry.bucket, key, queue)
            } else if let index = freeSession(queue) {
                offers.append(take(entry, terms, index, queue))
            }
            queues[queue].obstacle = obstacle(of: queue)
        }
        forfeitCredit(served: offers)
        return offers
    }

    /// Why each bucket with work waits after the last choice; nothing for those that go on at once.
    package func waiting() -> [Int: WaitReason] {
        var reasons: [Int: WaitReason] = [:]
        for (bucket, entry) in buckets where !entry.heads.isEmpty {
            reasons[bucket] = entry.isParked ? .concurrencyKey : queues[entry.queue].obstacle
        }
        return reasons
    }

    private mutating func take(
        _ entry: DemandQueue.Entry, _ terms: BucketTerms, _ index: Int, _ queue: Int
    ) -> PlannedOffer {
        sessions[index].held += 1
        running[terms.project, default: 0] += 1
        passes[terms.project, default: 0] += 1
        if let key = terms.key { heldKeys[key, default: 0] += 1 }
        queues[queue].removeFirst()
        buckets[entry.bucket]?.heads.removeFirst()
        if let next = buckets[entry.bucket]?.heads.first {
            queues[queue].push(next, bucket: entry.bucket)
        } else {
            noteWork(terms.project, had: true, has: false)
        }
        return PlannedOffer(
            execution: entry.item.execution, fence: entry.item.fence, bucket: entry.bucket,
            session: sessions[index].session, agent: sessions[index].agent)
    }

    private mutating func park(_ bucket: Int, _ key: HeldKey, _ queue: Int) {
        queues[queue].removeFirst()
        buckets[bucket]?.isParked = true
        parked[key, default: []].insert(bucket)
    }

    private func obstacle(of queue: Int) -> WaitReason? {
        if queues[queue].serving.isEmpty { return .noAgent }
        let project = queues[queue].demand.project
        if (running[project] ?? 0) >= projectLimits[project] ?? projectLimit { return .projectLimit }
        return freeSession(queue) == nil ? .allBusy : nil
    }

    /// The least loaded session that serves the queue and has a free slot.
    private func freeSession(_ queue: Int) -> Int? {
        queues[queue].serving.lazy.filter { sessions[$0].held < sessions[$0].slots }
            .min { sessions[$0].held * sessions[$1].slots < sessions[$1].held * sessions[$0].slots }
    }

    /// The queue whose project has the smallest pass, and in it the smallest item.
    private mutating func nextQueue() -> Int? {
        var best: (queue: Int, pass: Double, entry: DemandQueue.Entry)?
        for queue in queues.indices where queues[queue].obstacle == nil {
            let project = queues[queue].demand.project
            guard bucketsWithWork[project] != nil, let entry = top(of: queue) else { continue }
            let pass = passes[project] ?? 0
            if let now = best {
                let other = queues[now.queue].demand.project
                let isBetter =
                    project == other ? entry < now.entry : (pass, project) < (now.pass, other)
                guard isBetter else { continue }
            }
            best = (queue, pass, entry)
        }
        return best?.queue
    }

    private mutating func top(of queue: Int) -> DemandQueue.Entry? {
        queues[queue].first { entry in
            guard let bucket = buckets[entry.bucket] else { return false }
            return !bucket.isParked && bucket.heads.first == entry.item
        }
    }

    // MARK: Fairness

    /// A project that was idle comes back at the current minimum: no saved credit.
    private mutating func admitIdleProjects() {
        let floor = bucketsWithWork.keys.compactMap { passes[$0] }.min() ?? 0
        for project in bucketsWithWork.keys where passes[project] == nil { passes[project] = floor }
        passes = passes.filter { bucketsWithWork[$0.key] != nil }
    }

    /// A project held back only by its own terms, not for want of a slot, moves on with those that compete:
    /// otherwise it, or a newcomer admitted at its level, would later shut them out.
    private mutating func forfeitCredit(served offers: [PlannedOffer]) {
        var competing = Set(offers.compactMap { buckets[$0.bucket]?.terms.project })
        for queue in queues.indices {
            guard queues[queue].obstacle == nil || queues[queue].obstacle == .allBusy, top(of: queue) != nil else {
                continue
            }
            competing.insert(queues[queue].demand.project)
        }
        guard let floor = competing.compactMap({ passes[$0] }).min() else { return }
        for (project, pass) in passes where !competing.contains(project) { passes[project] = max(pass, floor) }
    }
}
