package import Domain
import MariaDB
import Transfer

/// A stored subscription, as far as people may see it.
package struct SubscriptionRecord: Equatable, Sendable {
    package let id: ID<Subscription>
    package let project: ID<Project>
    package let name: String
    package let url: String
    package let events: [String]
    package let filter: SubscriptionFilter
    /// Since when every try has failed; nil after a success.
    package let failingSince: Timestamp?
    package let disabledAt: Timestamp?
    /// A word: why it is not used any more.
    package let disabledReason: String?
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let version: Int

    static let columns: SQL = """
        id, project_id, name, target, events, filter, failing_since, disabled_at, disabled_reason, created_at, \
        updated_at, version
        """

    init(_ row: Row, _ vault: SubscriptionVault) throws {
        id = try row.id("id")
        project = try row.id("project_id")
        name = try row.text("name")
        url = try vault.target(row).url
        events = try row.json("events").array?.compactMap(\.string) ?? []
        filter = SubscriptionFilter(try row.json("filter"))
        failingSince = try row.timeOrNil("failing_since")
        disabledAt = try row.timeOrNil("disabled_at")
        disabledReason = try row.textOrNil("disabled_reason")
        createdAt = try row.time("created_at")
        updatedAt = try row.time("updated_at")
        version = try row.int("version")
    }
}

/// A subscription just made or changed, with the secret when one was made: it is shown this once.
package struct SavedSubscription: Sendable {
    package let record: SubscriptionRecord
    package let newSecret: String?
}

/// Where a subscription leads to; lies sealed in the database.
struct SubscriptionTarget: Equatable, Sendable {
    let url: String
    let secret: WebhookSecret

    var json: JSONValue { ["url": .string(url), "secret": .string(secret.text)] }
}

/// Seals and opens the targets of subscriptions.
struct SubscriptionVault: Sendable {
    let sealing: Sealing

    func seal(_ target: SubscriptionTarget, for id: ID<Subscription>) throws -> [UInt8] {
        try sealing.seal(Array(target.json.text.utf8), Self.context(id))
    }

    /// - Throws: what `Sealing.open` throws, `DatabaseError.decoding`.
    func target(_ row: Row) throws -> SubscriptionTarget {
        let plain = try sealing.open(try row.bytes("target"), Self.context(row.id("id")))
        guard let json = try? JSONParser.parse(plain), let url = json["url"]?.string,
            let secret = json["secret"]?.string.flatMap(WebhookSecret.init)
        else { throw DatabaseError.decoding(column: "target") }
        return SubscriptionTarget(url: url, secret: secret)
    }

    private static func context(_ id: ID<Subscription>) -> String { "subscription \(id)" }
}
