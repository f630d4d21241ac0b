package import Domain

/// An agent in one session, proven by its credential; every write is bound to it.
package struct AgentCaller: Equatable, Sendable {
    package let agent: ID<Agent>
    package let session: ID<AgentSession>

    package init(agent: ID<Agent>, session: ID<AgentSession>) {
        self.agent = agent
        self.session = session
    }

    /// Whether the item is offered to this agent in this session, or runs there, under `fence`.
    func holds(_ item: WorkItemRow, fence: Int) -> Bool {
        item.session == session && item.agent == agent && item.fence == fence
    }
}

/// How often agents beat and how long a session lives without a beat; the server dictates both.
package enum BeatTiming {
    package static let busy = (beatMs: Int64(1000), leaseMs: Int64(4000))
    package static let idle = (beatMs: Int64(10_000), leaseMs: Int64(30_000))
}
