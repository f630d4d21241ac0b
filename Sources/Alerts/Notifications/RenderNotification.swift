package import Domain

/// A message in the forms that channels need.
package struct RenderedNotification: Equatable, Sendable {
    package let subject: String
    package let text: String
    package let json: JSONValue
}

/// Makes the words of a message; pure.
struct RenderNotification: Sendable {
    let occasion: NotificationOccasion
    let projectKey: String
    /// nil for a test.
    let alert: AlertRecord?
    /// Number of the run that opened the alert.
    let runNumber: Int?
    let channelName: String
    let createdAt: Timestamp
    let publicURL: String

    func render() -> RenderedNotification {
        RenderedNotification(subject: subject, text: text, json: json)
    }

    private var sentence: String {
        guard let alert else { return "This is a test of the channel \(channelName): it works." }
        return occasion == .resolved ? alert.resolution ?? alert.sentence : alert.sentence
    }

    private var link: String {
        runNumber.map { "\(publicURL)/p/\(projectKey)/runs/\($0)" } ?? "\(publicURL)/p/\(projectKey)"
    }

    private var subject: String {
        guard let alert else { return "[Assay] \(projectKey): test of \(channelName)" }
        let word = occasion == .resolved ? "resolved" : alert.severity.rawValue
        return "[Assay] \(projectKey): \(word): \(alert.ruleName)"
    }

    private var text: String {
        var lines = [sentence, "", "Project: \(projectKey)"]
        if let alert {
            lines += ["Suite: \(alert.suite)", "Rule: \(alert.ruleName) (\(alert.severity.rawValue))"]
            lines.append("Opened: \(alert.openedAt)")
            if let resolvedAt = alert.resolvedAt, occasion == .resolved { lines.append("Resolved: \(resolvedAt)") }
        }
        return (lines + ["", link, ""]).joined(separator: "\n")
    }

    private var json: JSONValue {
        var data: [String: JSONValue] = [
            "project": .string(projectKey), "sentence": .string(sentence), "link": .string(link),
        ]
        if let alert {
            data["alert"] = [
                "id": .string(alert.id.description), "state": .string(alert.state.rawValue),
                "severity": .string(alert.severity.rawValue), "value": .number(alert.value),
                "threshold": .number(alert.threshold), "samples": .integer(Int64(alert.samples)),
                "openedAt": .string(alert.openedAt.description),
                "resolvedAt": alert.resolvedAt.map { .string($0.description) } ?? .null,
            ]
            data["rule"] = ["id": .string(alert.rule.description), "name": .string(alert.ruleName)]
            data["suite"] = .string(alert.suite)
        }
        let type = occasion == .test ? "channel.test" : "alert.\(occasion.rawValue)"
        return ["type": .string(type), "timestamp": .string(createdAt.description), "data": .object(data)]
    }
}
