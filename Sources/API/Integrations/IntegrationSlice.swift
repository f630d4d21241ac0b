import Domain
package import Flows
package import Integrations
package import Wire

extension Slice {
    /// Inbound triggers and outbound subscriptions.
    static let integrations = Slice(
        routes: Routes.triggers + Routes.triggerDeliveries + Routes.hooks + Routes.subscriptions,
        answers: AnswerShapes.integrations)
}

extension OwnedKind {
    static let trigger = OwnedKind("trigger") { try $0.triggers.project(of: ID($1)) }
    static let subscription = OwnedKind("subscription") { try $0.subscriptions.project(of: ID($1)) }
}

extension Services {
    package var triggers: Triggers { Triggers(pool: pool, sealing: sealing) }
    package var triggerDeliveries: TriggerDeliveries { TriggerDeliveries(pool: pool) }
    package var receiveHook: ReceiveHook { ReceiveHook(pool: pool, sealing: sealing) }
    package var startFromHook: StartFromHook {
        StartFromHook(startRun: startRun, receiveHook: receiveHook, projects: projects)
    }
    package var subscriptions: Subscriptions { Subscriptions(pool: pool, sealing: sealing) }
}

extension IntegrationsError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .nameTaken: .nameTaken
        case .versionMismatch(let current): .versionMismatch(current: current)
        case .refused(let why): Problem(.conflict, why)
        }
    }
}
