/// The queue's state of a case execution; internal, never shown as a status.
package enum WorkItemState: String, Codable, Sendable, CaseIterable {
    case scheduled, blocked, ready, offered, running, done, dead
}

/// What can happen to a work item.
package enum WorkItemEvent: Equatable, Sendable, CaseIterable {
    /// Its time has come.
    case due
    /// Its suite lets it go.
    case released
    case offered
    /// Nobody accepted in time.
    case offerExpired
    case accepted
    /// The attempt ended and nothing follows.
    case finished
    /// The attempt failed and waits for its next try.
    case backedOff
    /// The agent was lost and another try is allowed.
    case lost
    /// Infrastructure attempts are used up, or what it needs is gone.
    case gaveUp
    case cancelled
}

/// The only place that decides where a work item may go.
package enum WorkItemMachine {
    /// The state after `event`, nil when there is no such edge.
    package static func next(from state: WorkItemState, on event: WorkItemEvent) -> WorkItemState? {
        switch (state, event) {
        case (.scheduled, .due), (.blocked, .released): .ready
        case (.ready, .offered): .offered
        case (.offered, .offerExpired): .ready
        case (.offered, .accepted): .running
        case (.running, .finished): .done
        case (.running, .backedOff): .scheduled
        case (.running, .lost): .ready
        case (.running, .gaveUp), (.ready, .gaveUp), (.offered, .gaveUp), (.scheduled, .gaveUp): .dead
        case (.scheduled, .cancelled), (.blocked, .cancelled), (.ready, .cancelled), (.offered, .cancelled),
            (.running, .cancelled):
            .done
        default: nil
        }
    }

    /// Whether entering a state by `event` must raise the fence, so that late writers are harmless.
    package static func raisesFence(_ event: WorkItemEvent) -> Bool {
        switch event {
        case .offered, .offerExpired, .lost, .cancelled, .gaveUp: true
        case .due, .released, .accepted, .finished, .backedOff: false
        }
    }
}
