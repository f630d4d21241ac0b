/// What can happen to an execution.
package enum ExecutionEvent: Equatable, Sendable {
    /// An agent accepted the offer, or a suite's first child started.
    case started
    /// The attempt ended with a verdict; `retry` when policy allows another try (decided by `RetryPolicy`).
    case ended(Verdict, retry: Bool)
    /// The agent, its session or its inventory lost the attempt.
    case agentLost(lossesLeft: Bool)
    /// Someone asked to stop it before it ran, or the grace of a running one is over.
    case cancelled
    /// Definition, secret or item is gone, or infrastructure attempts are used up.
    case aborted(reason: String)
    /// A suite's children are all final, or an import is closed.
    case concluded(ExecutionStatus)
}

/// One edge: exactly one event row is written for each.
package struct Transition: Equatable, Sendable {
    package let from: ExecutionStatus
    package let to: ExecutionStatus
    /// Why, in one stable word, kept in the history.
    package let why: String
}

/// The event has no edge from this status.
package struct InvalidTransition: Error, Equatable, Sendable {
    package let from: ExecutionStatus
    package let event: ExecutionEvent
}

extension ExecutionStatus {
    /// Whether it can be the verdict over children.
    fileprivate var endsChildren: Bool { isFinal && self != .timeout && self != .skipped }
}

/// The only place that decides where an execution may go.
///
/// Returns the edges in order: a retried failure takes two (running → failed → retrying) in one transaction,
/// so a stored `failed` or `timeout` is always final. Drawn in docs/state-machines.md.
package enum ExecutionMachine {
    package static func transitions(
        from status: ExecutionStatus, kind: ExecutionKind, on event: ExecutionEvent
    ) throws(InvalidTransition) -> [Transition] {
        switch (status, event) {
        case (.pending, .started):
            return [Transition(from: status, to: .running, why: "started")]
        case (.retrying, .started) where kind == .case:
            return [Transition(from: status, to: .running, why: "started")]
        case (.running, .ended(let verdict, let retry)) where kind == .case:
            return ending(verdict, retry: retry)
        case (.running, .agentLost(let lossesLeft)) where kind == .case:
            let lost = Transition(from: .running, to: .retrying, why: "agent_lost")
            return lossesLeft ? [lost] : [lost, Transition(from: .retrying, to: .aborted, why: "agent_lost")]
        case (.pending, .cancelled), (.running, .cancelled), (.retrying, .cancelled):
            return [Transition(from: status, to: .cancelled, why: "cancelled")]
        case (.pending, .aborted(let reason)), (.retrying, .aborted(let reason)):
            return [Transition(from: status, to: .aborted, why: reason)]
        case (.running, .concluded(let verdict)) where kind != .case && verdict.endsChildren:
            return [Transition(from: status, to: verdict, why: "concluded")]
        case (.pending, .concluded(let verdict)) where kind == .suite && (verdict == .cancelled || verdict == .aborted):
            return [Transition(from: status, to: verdict, why: "concluded")]
        default:
            throw InvalidTransition(from: status, event: event)
        }
    }

    private static func ending(_ verdict: Verdict, retry: Bool) -> [Transition] {
        let end = Transition(from: .running, to: verdict.status, why: verdict.rawValue)
        guard retry, verdict == .failed || verdict == .timeout else { return [end] }
        return [end, Transition(from: verdict.status, to: .retrying, why: verdict.rawValue)]
    }
}
