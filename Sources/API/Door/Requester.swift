package import Domain
package import Identity

/// Who a request comes from, as its credential says; immutable for the life of the request.
package enum Requester: Sendable {
    case nobody
    case person(Principal)
    /// An enrolled agent, by its credential.
    case agent(ID<Agent>)
}
