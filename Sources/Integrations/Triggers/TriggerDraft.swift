package import Domain

/// A trigger as asked for; `faults` says what is wrong with it.
package struct TriggerDraft: Sendable {
    package var name: String
    package var provider: String
    /// nil: one is made and shown once.
    package var secret: String?
    package var events: [String]
    /// A glob; empty = every branch.
    package var branch: String
    package var suite: String
    /// Members of an object: names and values.
    package var parameters: [String: JSONValue]
    package var environment: String?

    package init(
        name: String, provider: String = "github", secret: String? = nil, events: [String] = ["push"],
        branch: String = "", suite: String, parameters: [String: JSONValue] = [:], environment: String? = nil
    ) {
        self.name = name
        self.provider = provider
        self.secret = secret
        self.events = events
        self.branch = branch
        self.suite = suite
        self.parameters = parameters
        self.environment = environment
    }

    /// Everything that is wrong; pointers into the request body.
    package var faults: [FieldFault] {
        var faults = [nameFault(name)].compactMap(\.self)
        if provider != "github" { faults.append(FieldFault("/provider", "must be github")) }
        if let secret, !(16...255).contains(secret.unicodeScalars.count) {
            faults.append(FieldFault("/secret", "must have 16 to 255 characters; left out, one is made"))
        }
        if events.isEmpty { faults.append(FieldFault("/events", "must name at least one event")) }
        for (index, event) in events.enumerated() where !GitHubDelivery.events.contains(event) {
            faults.append(FieldFault("/events/\(index)", "must be push or pull_request"))
        }
        if Set(events).count != events.count { faults.append(FieldFault("/events", "must not repeat an event")) }
        if let fault = textFault(branch, 0...255) { faults.append(FieldFault("/branch", fault)) }
        if !TextPattern.key.matches(suite) { faults.append(FieldFault("/suite", "must be the key of a suite")) }
        if let fault = countFault(parameters.count, Limits.parameters) {
            faults.append(FieldFault("/parameters", fault))
        }
        if let environment, !TextPattern.key.matches(environment) {
            faults.append(FieldFault("/environment", "must be the name of an environment"))
        }
        return faults
    }
}
