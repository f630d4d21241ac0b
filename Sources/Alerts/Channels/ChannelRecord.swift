package import Domain
import MariaDB

/// A stored channel, as far as people may see it: the secret of a webhook is not in it.
package struct ChannelRecord: Equatable, Sendable {
    package let id: ID<Channel>
    package let project: ID<Project>
    package let name: String
    /// Names a `ChannelKind`.
    package let kind: String
    /// As its kind shows them.
    package let settings: JSONValue
    package let disabledAt: Timestamp?
    /// A word: why it is not used any more.
    package let disabledReason: String?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let version: Int
}

/// A channel just made or changed, with the secret when one was made: it is shown this once.
package struct SavedChannel: Sendable {
    package let record: ChannelRecord
    package let newSecret: String?

    /// `secret` is that of the target; it is new unless the request gave it or the channel had it.
    init(_ record: ChannelRecord, secret: String?, given: JSONValue?, previous: String?) {
        self.record = record
        newSecret = given?["secret"]?.string == nil && secret != previous ? secret : nil
    }
}
