import Alerts
import Catalog
import Domain
import Executions
import Identity
import Integrations
import Wire

extension Gate {
    /// The gate that asks the features.
    package static func live(_ services: Services) -> Gate {
        Gate(
            person: { try services.authenticate.principal(bearer: $0, cookie: $1) },
            agent: { credential in
                guard let agent = try services.openSession.authenticate(credential: credential) else {
                    throw Problem(.unauthenticated)
                }
                return agent
            },
            project: { key in
                do {
                    return try services.projects.find(key: key).id
                } catch IdentityError.notFound {
                    return nil
                }
            },
            owner: { try services.owner(of: $0, $1) },
            feedPosition: { try services.findExecutions.feedPosition() },
            // A refusal is answered even when it cannot be written down.
            recordRefusal: { try? services.audit.refused($0, by: $1) })
    }
}

extension Services {
    fileprivate func owner(of kind: OwnedKind, _ id: UUIDv7) throws -> Owner {
        do {
            switch kind {
            case .agent: return try agentAdministration.owner(of: ID(id)).map(Owner.project) ?? .everyone
            case .alertRule: return .project(try alertRules.project(of: ID(id)))
            case .alert: return .project(try alertBook.project(of: ID(id)))
            case .channel: return .project(try channels.project(of: ID(id)))
            case .trigger: return .project(try triggers.project(of: ID(id)))
            case .subscription: return .project(try subscriptions.project(of: ID(id)))
            case .execution: return .project(try findExecutions.project(of: ID(id)))
            case .testCase: return .project(try testCases.project(of: ID(id)))
            case .testSuite: return .project(try testSuites.project(of: ID(id)))
            case .testItem: return .project(try testItems.project(of: ID(id)))
            }
        } catch AlertsError.notFound, CatalogError.notFound, IntegrationsError.notFound, ExecutionFault.notFound {
            return .nobody
        }
    }
}
