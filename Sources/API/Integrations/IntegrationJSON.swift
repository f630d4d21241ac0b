import Deliveries
import Domain
import Integrations

extension TriggerRecord {
    /// - Parameter origin: scheme and host under which the caller reached this server.
    func members(project: String, origin: String) -> [String: JSONValue] {
        [
            "id": .id(id), "project": .string(project), "name": .string(name), "provider": .string(provider),
            "key": .string(key), "url": .string("\(origin)/api/v1/hooks/\(key)"), "events": .texts(events),
            "branch": .string(branch), "suite": .string(suite), "parameters": .object(parameters),
            "environment": .text(environment), "createdAt": .time(createdAt), "updatedAt": .time(updatedAt),
            "version": .count(version), "disabledAt": .time(disabledAt),
        ]
    }
}

extension SubscriptionRecord {
    func members(project: String) -> [String: JSONValue] {
        [
            "id": .id(id), "project": .string(project), "name": .string(name), "url": .string(url),
            "events": .texts(events),
            "filter": ["suite": .text(filter.suite), "status": .texts(filter.statuses)],
            "failingSince": .time(failingSince), "disabledAt": .time(disabledAt),
            "disabledReason": .text(disabledReason), "createdAt": .time(createdAt), "updatedAt": .time(updatedAt),
            "version": .count(version),
        ]
    }
}

extension SavedSubscription {
    func json(project: String) -> JSONValue {
        var members = record.members(project: project)
        if let newSecret { members["secret"] = .string(newSecret) }
        return .object(members)
    }
}

extension DeliveryRecord {
    var json: JSONValue {
        [
            "id": .string(id.description), "event": .string(event), "body": body, "state": .string(state.rawValue),
            "tries": .count(tries), "dueAt": .time(dueAt), "reason": .text(reason), "createdAt": .time(createdAt),
            "finishedAt": .time(finishedAt),
            "attempts": .array(
                attempts.map { attempt in
                    [
                        "number": .count(attempt.number), "at": .time(attempt.at),
                        "durationMs": .count(attempt.durationMs), "status": .count(attempt.status),
                        "reason": .text(attempt.reason), "reply": .text(attempt.reply),
                    ]
                }),
        ]
    }
}
