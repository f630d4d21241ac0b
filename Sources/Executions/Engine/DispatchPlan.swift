package import Domain

/// A ready item as the dispatcher keeps it in memory.
package struct ReadyItem: Equatable, Sendable, Comparable {
    package let execution: ID<Execution>
    package let fence: Int
    package let sortKey: Int64

    package init(execution: ID<Execution>, fence: Int, sortKey: Int64) {
        self.execution = execution
        self.fence = fence
        self.sortKey = sortKey
    }

    package static func < (left: ReadyItem, right: ReadyItem) -> Bool {
        (left.sortKey, left.execution) < (right.sortKey, right.execution)
    }
}

/// What one bucket asks of agents.
package struct BucketTerms: Equatable, Sendable {
    package let project: ID<Project>
    package let concurrencyKey: String
    package let labels: Set<String>

    package init(project: ID<Project>, concurrencyKey: String, labels: Set<String>) {
        self.project = project
        self.concurrencyKey = concurrencyKey
        self.labels = labels
    }
}

/// A session that may take work.
package struct OpenSlots: Equatable, Sendable {
    package let session: ID<AgentSession>
    package let agent: ID<Agent>
    /// nil serves every project.
    package let project: ID<Project>?
    package let labels: Set<String>
    package let slots: Int
    package var held: Int

    package init(
        session: ID<AgentSession>, agent: ID<Agent>, project: ID<Project>?, labels: Set<String>, slots: Int, held: Int
    ) {
        self.session = session
        self.agent = agent
        self.project = project
        self.labels = labels
        self.slots = slots
        self.held = held
    }
}

/// One decision: this item under this fence goes to that session.
package struct PlannedOffer: Equatable, Sendable {
    package let execution: ID<Execution>
    package let fence: Int
    package let bucket: Int
    package let session: ID<AgentSession>
    package let agent: ID<Agent>
}

/// Why the first item of a bucket waits; raw values are words of the API.
package enum WaitReason: String, Sendable, CaseIterable {
    case noAgent, allBusy, concurrencyKey, projectLimit
}

/// Chooses who runs what: pure, so that fairness and limits are tested without a database.
///
/// Between projects: stride scheduling, the smallest pass first. Inside a project: the smallest sort key, which
/// carries priority and age. A bucket that cannot go is parked whole, so blocked work is never scanned.
package struct DispatchPlan {
    /// Buckets with their ready heads, ascending.
    package var heads: [Int: [ReadyItem]] = [:]
    package var terms: [Int: BucketTerms] = [:]
    package var sessions: [OpenSlots] = []
    /// Items offered or running by bucket.
    package var heldByBucket: [Int: Int] = [:]
    /// Virtual time of each project.
    package var passes: [ID<Project>: Double] = [:]
    /// At most this many of one project at once.
    package var projectLimit = 100

    package init() {}

    /// Takes up to `limit` offers out of `heads` and says why each remaining bucket waits.
    package mutating func choose(limit: Int) -> (offers: [PlannedOffer], waiting: [Int: WaitReason]) {
        var offers: [PlannedOffer] = []
        var waiting: [Int: WaitReason] = [:]
        var running = runningByProject()
        var active = Set(heads.filter { !$0.value.isEmpty && terms[$0.key] != nil }.keys)
        admitIdleProjects(active)
        while offers.count < limit, let bucket = nextBucket(active) {
            guard let term = terms[bucket], let item = heads[bucket]?.first else { break }
            if let reason = obstacle(term, bucket, running) {
                waiting[bucket] = reason
                active.remove(bucket)
                continue
            }
            guard let index = session(for: term) else { break }
            sessions[index].held += 1
            heldByBucket[bucket, default: 0] += 1
            running[term.project, default: 0] += 1
            passes[term.project, default: 0] += 1
            heads[bucket]?.removeFirst()
            if heads[bucket]?.isEmpty != false { active.remove(bucket) }
            offers.append(
                PlannedOffer(
                    execution: item.execution, fence: item.fence, bucket: bucket, session: sessions[index].session,
                    agent: sessions[index].agent))
        }
        forfeitCredit(of: waiting, to: active.union(offers.map(\.bucket)))
        return (offers, waiting)
    }

    /// A project held back only by its own terms, not for want of a slot, moves on with those that compete:
    /// otherwise it, or a newcomer admitted at its level, would later shut them out.
    private mutating func forfeitCredit(of waiting: [Int: WaitReason], to served: Set<Int>) {
        let competing = Set(
            served.union(waiting.filter { $0.value == .allBusy }.keys).compactMap { terms[$0]?.project })
        guard let floor = competing.compactMap({ passes[$0] }).min() else { return }
        for (project, pass) in passes where !competing.contains(project) { passes[project] = max(pass, floor) }
    }

    /// A project that was idle comes back at the current minimum: no saved credit.
    private mutating func admitIdleProjects(_ active: Set<Int>) {
        let projects = Set(active.compactMap { terms[$0]?.project })
        let floor = projects.compactMap { passes[$0] }.min() ?? 0
        for project in projects where passes[project] == nil { passes[project] = floor }
        passes = passes.filter { projects.contains($0.key) }
    }

    private func nextBucket(_ active: Set<Int>) -> Int? {
        active.min { left, right in
            guard let a = terms[left], let b = terms[right] else { return left < right }
            if a.project != b.project {
                return (passes[a.project] ?? 0, a.project) < (passes[b.project] ?? 0, b.project)
            }
            guard let first = heads[left]?.first, let second = heads[right]?.first else { return left < right }
            return first < second
        }
    }

    private func obstacle(_ term: BucketTerms, _ bucket: Int, _ running: [ID<Project>: Int]) -> WaitReason? {
        if !sessions.contains(where: { serves($0, term) }) { return .noAgent }
        if (running[term.project] ?? 0) >= projectLimit { return .projectLimit }
        if !term.concurrencyKey.isEmpty, heldByKey(term) > 0 { return .concurrencyKey }
        if session(for: term) == nil { return .allBusy }
        return nil
    }

    /// The least loaded session that serves the bucket and has a free slot.
    private func session(for term: BucketTerms) -> Int? {
        sessions.indices.filter { sessions[$0].held < sessions[$0].slots && serves(sessions[$0], term) }
            .min { sessions[$0].held * sessions[$1].slots < sessions[$1].held * sessions[$0].slots }
    }

    private func serves(_ session: OpenSlots, _ term: BucketTerms) -> Bool {
        (session.project == nil || session.project == term.project) && term.labels.isSubset(of: session.labels)
    }

    private func heldByKey(_ term: BucketTerms) -> Int {
        terms.reduce(0) { total, entry in
            entry.value.project == term.project && entry.value.concurrencyKey == term.concurrencyKey
                ? total + (heldByBucket[entry.key] ?? 0) : total
        }
    }

    private func runningByProject() -> [ID<Project>: Int] {
        var counts: [ID<Project>: Int] = [:]
        for (bucket, held) in heldByBucket {
            if let project = terms[bucket]?.project { counts[project, default: 0] += held }
        }
        return counts
    }
}
