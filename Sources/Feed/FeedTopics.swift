package import Domain
package import MariaDB
package import Wire

/// What the events behind one outbox or feed row are about, so that a reader skips rows without opening events.
///
/// Rows written before topics existed carry all of them: a reader then looks, and finds nothing of its own.
package struct FeedTopics: OptionSet, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An item may have become ready.
    package static let queued = FeedTopics(rawValue: 1)
    package static let started = FeedTopics(rawValue: 2)
    /// An attempt ended and another follows.
    package static let retrying = FeedTopics(rawValue: 4)
    /// An execution reached its final status.
    package static let finished = FeedTopics(rawValue: 8)
    package static let cancelRequested = FeedTopics(rawValue: 16)
    package static let alerts = FeedTopics(rawValue: 32)
    package static let members = FeedTopics(rawValue: 64)
    package static let agents = FeedTopics(rawValue: 128)
    /// Steps, progress and whatever only streams show.
    package static let other = FeedTopics(rawValue: 256)
    /// Results came in that are final already; the event of the run names them.
    package static let imported = FeedTopics(rawValue: 512)

    /// The topic of one event; `execution.finished` counts only when it is final.
    package init(_ name: EventName, body: JSONValue) {
        switch name {
        case .executionQueued: self = .queued
        case .executionStarted: self = .started
        case .executionRetrying: self = .retrying
        case .executionFinished: self = body["final"] == true ? .finished : .other
        case .executionCancelRequested: self = .cancelRequested
        case .membershipChanged: self = .members
        case .alertOpened, .alertAcknowledged, .alertResolved: self = .alerts
        case .agentOnline, .agentOffline: self = .agents
        case .executionImported: self = .imported
        case .executionProgress, .executionSteps, .executionDeadLettered: self = .other
        }
    }
}

extension FeedTopics: SQLBindable {
    package var sqlValue: SQLValue { .integer(Int64(rawValue)) }
}
