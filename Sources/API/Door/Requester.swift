package import Domain
import FastCGI
package import Identity

/// Who a request comes from, as its credential says; immutable for the life of the request.
package enum Requester: Sendable {
    case nobody
    case person(Principal)
    /// An enrolled agent, by its credential.
    case agent(ID<Agent>)

    /// As the audit log names them.
    func caller(_ request: Request) -> Caller {
        if case .person(let principal) = self {
            return principal.caller(remoteAddress: request.remoteAddress, requestID: request.id)
        }
        return .anonymous(remoteAddress: request.remoteAddress, requestID: request.id)
    }
}
