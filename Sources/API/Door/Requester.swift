package import Domain
package import Identity

/// Who a request comes from, as its credential says; immutable for the life of the request.
package enum Requester: Sendable {
    case nobody
    case person(Principal)
    case agent(AgentPrincipal)
}

/// An enrolled agent, by its credential.
package struct AgentPrincipal: Hashable, Sendable {
    package let id: ID<Agent>
    package let name: String
    /// Nil for a shared agent.
    package let project: ID<Project>?

    package init(id: ID<Agent>, name: String, project: ID<Project>?) {
        self.id = id
        self.name = name
        self.project = project
    }
}
