package import Domain

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
        session: ID<AgentSession>, agent: ID<Agent>, project: ID<Project>?, labels: Set<String>, slots: Int,
        held: Int = 0
    ) {
        self.session = session
        self.agent = agent
        self.project = project
        self.labels = labels
        self.slots = slots
        self.held = held
    }

    func serves(_ demand: Demand) -> Bool {
        (project == nil || project == demand.project) && demand.labels.isSubset(of: labels)
    }
}
