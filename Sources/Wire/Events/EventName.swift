/// Every fact that the engine tells: its name in the event log, as SSE `event:` and of an outgoing webhook.
///
/// Writers, folds, streams, the client, the pages (`web/js/event-names.js`) and `docs/api/events.md` know these and no
/// others; tests compare them.
package enum EventName: String, CaseIterable, Sendable {
    case executionQueued = "execution.queued"
    case executionStarted = "execution.started"
    case executionProgress = "execution.progress"
    case executionSteps = "execution.steps"
    case executionCancelRequested = "execution.cancelRequested"
    case executionRetrying = "execution.retrying"
    case executionDeadLettered = "execution.deadLettered"
    case executionFinished = "execution.finished"
    case executionImported = "execution.imported"
    case alertOpened = "alert.opened"
    case alertAcknowledged = "alert.acknowledged"
    case alertResolved = "alert.resolved"
    case agentOnline = "agent.online"
    case agentOffline = "agent.offline"
    case membershipChanged = "membership.changed"

    /// What an event is about; decides the members that every body of it has.
    package enum Subject: Sendable { case execution, alert, agent, membership }

    package var subject: Subject {
        switch self {
        case .executionQueued, .executionStarted, .executionProgress, .executionSteps, .executionCancelRequested,
            .executionRetrying, .executionDeadLettered, .executionFinished, .executionImported:
            .execution
        case .alertOpened, .alertAcknowledged, .alertResolved: .alert
        case .agentOnline, .agentOffline: .agent
        case .membershipChanged: .membership
        }
    }

    /// False for what only the engine's own processes hear.
    package var isTold: Bool { subject != .membership }

    /// True for what a project may have sent to a URL of its own.
    package var isSubscribable: Bool { self == .executionFinished || subject == .alert }
}
