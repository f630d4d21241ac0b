import Domain
import FastCGI

/// Something open that speaks for a person and shows a project's data.
protocol SpokenFor {
    var principal: StreamPrincipal { get set }
    var project: ID<Project> { get }
}

extension Dictionary where Key == StreamID, Value: SpokenFor {
    /// Whom these speak for; of `users`, nil = all.
    func principals(of users: Set<ID<User>>?) -> [StreamPrincipal] {
        values.map(\.principal).filter { users?.contains($0.user) ?? true }
    }

    /// Gives those of `users` (nil = all) what was found about their credentials; removes and answers those that may no
    /// longer read.
    mutating func renew(
        _ users: Set<ID<User>>?, _ found: (StreamPrincipal, ID<Project>) -> StreamPrincipal?
    ) -> [StreamID] {
        var lost: [StreamID] = []
        for (id, open) in self where users?.contains(open.principal.user) ?? true {
            if let principal = found(open.principal, open.project) {
                self[id]?.principal = principal
            } else {
                self[id] = nil
                lost.append(id)
            }
        }
        return lost
    }
}
