import Alerts
import Deliveries
import Domain

extension RuleRecord {
    /// - Parameter project: the key of the rule's project.
    func json(project: String) -> JSONValue {
        [
            "id": .id(id), "project": .string(project), "name": .string(name), "metric": .string(metric),
            "suite": .string(suite), "comparison": .string(comparison), "threshold": .number(threshold),
            "window": ["runs": .count(windowRuns)], "minimumSamples": .count(minimumSamples),
            "severity": .string(severity.rawValue), "channels": .texts(channels.map(\.description)),
            "activeAlert": .id(activeAlert), "createdAt": .time(createdAt), "updatedAt": .time(updatedAt),
            "version": .count(version), "disabledAt": .time(disabledAt),
        ]
    }

    /// What the audit log keeps.
    var audited: JSONValue {
        ["name": .string(name), "suite": .string(suite), "threshold": .number(threshold), "runs": .count(windowRuns)]
    }
}

extension AlertRecord {
    func json(project: String) -> JSONValue {
        [
            "id": .id(id), "project": .string(project), "rule": ["id": .id(rule), "name": .string(ruleName)],
            "suite": .string(suite), "state": .string(state.rawValue), "severity": .string(severity.rawValue),
            "value": .number(value), "threshold": .number(threshold), "samples": .count(samples),
            "sentence": .string(sentence), "execution": .id(execution), "openedAt": .time(openedAt),
            "acknowledgedAt": .time(acknowledgedAt), "acknowledgedBy": acknowledgedBy?.json ?? .null,
            "comment": .text(comment), "resolvedAt": .time(resolvedAt),
            "resolvedBy": resolvedBy?.json ?? .null, "resolution": .text(resolution),
        ]
    }
}

extension AlertActor {
    fileprivate var json: JSONValue { ["id": .string(id.description), "name": .string(name)] }
}

extension ChannelRecord {
    func members(project: String) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "id": .id(id), "project": .string(project), "name": .string(name), "kind": .string(kind),
            "disabledAt": .time(disabledAt), "disabledReason": .text(disabledReason), "createdAt": .time(createdAt),
            "updatedAt": .time(updatedAt), "version": .count(version),
        ]
        members[kind] = settings
        return members
    }
}

extension SavedChannel {
    /// With the secret when one was made: it is shown this once.
    func json(project: String) -> JSONValue {
        var members = record.members(project: project)
        if let newSecret {
            members[record.kind] = .object(
                (record.settings.object ?? [:]).merging(["secret": .string(newSecret)]) { _, new in new })
        }
        return .object(members)
    }
}

extension NotificationRecord {
    var json: JSONValue {
        [
            "id": .id(id), "channel": ["id": .id(channel), "name": .text(channelName)], "alert": .id(alert),
            "occasion": .string(occasion.rawValue), "state": .string(state.rawValue), "tries": .count(tries),
            "dueAt": .time(dueAt), "reason": .text(reason), "detail": .text(detail), "createdAt": .time(createdAt),
            "finishedAt": .time(finishedAt),
        ]
    }
}
