package import Domain
import Transfer
import Wire

/// A subscription as asked for; `faults` says what is wrong with it.
package struct SubscriptionDraft: Sendable {
    /// What can be subscribed to.
    package static let events = EventName.allCases.filter(\.isSubscribable).map(\.rawValue)

    package var name: String
    package var url: String
    package var events: [String]
    package var filter: SubscriptionFilter
    /// nil: keep the old one, or make one that is shown once.
    package var secret: String?

    package init(
        name: String, url: String, events: [String] = [EventName.executionFinished.rawValue],
        filter: SubscriptionFilter = SubscriptionFilter(), secret: String? = nil
    ) {
        self.name = name
        self.url = url
        self.events = events
        self.filter = filter
        self.secret = secret
    }

    /// Everything that is wrong; pointers into the request body.
    package var faults: [FieldFault] {
        var faults = [nameFault(name)].compactMap(\.self)
        if let fault = StandardWebhook.addressFault(url) { faults.append(FieldFault("/url", fault)) }
        if events.isEmpty { faults.append(FieldFault("/events", "must name at least one event")) }
        for (index, event) in events.enumerated() where !Self.events.contains(event) {
            faults.append(FieldFault("/events/\(index)", "must be one of \(Self.events.joined(separator: ", "))"))
        }
        if Set(events).count != events.count { faults.append(FieldFault("/events", "must not repeat an event")) }
        if let suite = filter.suite, !TextPattern.key.matches(suite) {
            faults.append(FieldFault("/filter/suite", "must be the key of a suite"))
        }
        for status in filter.statuses where ExecutionStatus(rawValue: status)?.isFinal != true {
            faults.append(FieldFault("/filter/status", "must be passed, failed, timeout, cancelled or aborted"))
        }
        if let secret, WebhookSecret(secret) == nil {
            faults.append(
                FieldFault(
                    "/secret", "must be whsec_ and the base64 of 24 to 64 bytes; left out, one is made"))
        }
        return faults
    }
}

/// Which runs are told of; empty = all. Alert events pass when the suite does.
package struct SubscriptionFilter: Equatable, Sendable {
    package var suite: String?
    package var statuses: [String]

    package init(suite: String? = nil, statuses: [String] = []) {
        self.suite = suite
        self.statuses = statuses
    }

    func admits(suite: String?, status: String?) -> Bool {
        if let wanted = self.suite, wanted != suite { return false }
        guard let status, !statuses.isEmpty else { return true }
        return statuses.contains(status)
    }

    var json: JSONValue {
        ["suite": suite.map(JSONValue.string) ?? .null, "statuses": .array(statuses.map(JSONValue.string))]
    }

    init(_ json: JSONValue) {
        suite = json["suite"]?.string
        statuses = json["statuses"]?.array?.compactMap(\.string) ?? []
    }
}
