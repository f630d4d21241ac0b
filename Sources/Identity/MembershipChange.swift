import Domain
import Feed
import MariaDB
import Wire

/// The fact `membership.changed`: every hub loads that user again and closes or narrows streams.
enum MembershipChange {
    /// Writes the fact; the last statements of the transaction (the outbox comes last).
    /// `project` is nil for what concerns a user everywhere: logout, disabling, tokens.
    static func write(_ tx: Transaction, user: ID<User>, project: ID<Project>?) throws {
        var log = EventLog()
        log.addFact(
            EventDraft(.membershipChanged, ["userId": .string(user.description)]), project: project, at: tx.now)
        try log.write(tx)
    }
}
