package import Alerts
import Domain
package import Wire

extension Slice {
    /// Alert rules, alerts, channels and what was sent to them.
    static let alerts = Slice(
        routes: Routes.alertRules + Routes.alerts + Routes.channels,
        answers: AnswerShapes.alerts)
}

extension OwnedKind {
    static let alertRule = OwnedKind("alertRule") { try $0.alertRules.project(of: ID($1)) }
    static let alert = OwnedKind("alert") { try $0.alertBook.project(of: ID($1)) }
    static let notification = OwnedKind("notification") { try $0.notifications.project(of: ID($1)) }
    static let channel = OwnedKind("channel") { try $0.channels.project(of: ID($1)) }
}

extension Services {
    package var alertRules: AlertRules { AlertRules(pool: pool) }
    package var alertBook: RaisedAlerts { RaisedAlerts(pool: pool) }
    package var changeAlert: ChangeAlert { ChangeAlert() }
    package var channels: Channels { Channels(pool: pool, sealing: sealing) }
    package var notifications: Notifications { Notifications(pool: pool) }
}

extension AlertsError: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notFound: Problem(.notFound)
        case .invalid(let faults): .invalid(faults)
        case .nameTaken: .nameTaken
        case .versionMismatch(let current): .versionMismatch(current: current)
        case .refused(let why): Problem(.conflict, why)
        case .invalidTransition(let state): Problem(.invalidTransition, "The alert is \(state.rawValue).")
        }
    }
}
