import Domain
import Executions
import Identity
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
            project: { key in try known { try services.projects.find(key: key) }?.ref },
            projectOfID: { id in try known { try services.projects.find(id) }?.ref },
            owner: { kind, id in
                guard let owner = try known({ Owner(try kind.project(services, id)) }) else { return .nobody }
                return owner
            },
            feedPosition: { try services.findExecutions.feedPosition() },
            // A refusal is answered even when it cannot be written down.
            recordRefusal: { try? services.audit.note($0, by: $1, pace: services.auditPace) })
    }
}

extension Owner {
    fileprivate init(_ project: ID<Project>?) { self = project.map(Owner.project) ?? .everyone }
}

extension ProjectSummary {
    fileprivate var ref: ProjectRef { ProjectRef(id: id, key: key, isArchived: archivedAt != nil) }
}

/// What `find` finds; nil when the feature says that there is no such thing.
private func known<Value>(_ find: () throws -> Value) throws -> Value? {
    do {
        return try find()
    } catch let error as any ProblemConvertible where error.problem.code == .notFound {
        return nil
    }
}
