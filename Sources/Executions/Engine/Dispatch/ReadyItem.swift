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
