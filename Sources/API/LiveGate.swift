import Domain
import Identity
import Wire

extension Gate {
    /// The gate that asks the features.
    package static func live(_ services: Services) -> Gate {
        Gate(
            person: { try services.authenticate.principal(bearer: $0, cookie: $1) },
            agent: { _ in throw Problem(.unauthenticated) },
            project: { key in
                do {
                    return try services.projects.find(key: key).id
                } catch IdentityError.notFound {
                    return nil
                }
            },
            owner: { _, _ in .nobody },
            feedPosition: { 0 },
            // A refusal is answered even when it cannot be written down.
            recordRefusal: { try? services.audit.refused($0, by: $1) })
    }
}
