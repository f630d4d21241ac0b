import Domain
import Identity

extension Principal {
    var json: JSONValue {
        let list = memberships.values.sorted { $0.key < $1.key }.map { membership -> JSONValue in
            [
                "project": .string(membership.key), "name": .string(membership.name),
                "role": .string(membership.role.rawValue), "archived": .bool(membership.isArchived),
            ]
        }
        return [
            "id": .id(userID), "email": .string(email), "name": .string(userName), "admin": .bool(isAdmin),
            "memberships": .array(list),
        ]
    }
}

extension UserProfile {
    var json: JSONValue {
        [
            "id": .id(id), "email": .string(email), "name": .string(name), "admin": .bool(isAdmin),
            "disabled": .bool(isDisabled), "createdAt": .time(createdAt),
        ]
    }
}

extension TokenSummary {
    var members: [String: JSONValue] {
        [
            "id": .id(id), "name": .string(name), "scopes": .texts(scopes.sorted().map(\.rawValue)),
            "project": .text(project), "createdAt": .time(createdAt), "expiresAt": .time(expiresAt),
            "lastUsedAt": .time(lastUsedAt),
        ]
    }
}

extension ProjectSummary {
    var json: JSONValue {
        [
            "id": .id(id), "key": .string(key), "name": .string(name), "createdAt": .time(createdAt),
            "archivedAt": .time(archivedAt),
        ]
    }
}

extension Member {
    var json: JSONValue {
        [
            "user": ["id": .id(user.id), "email": .string(user.email), "name": .string(user.name)],
            "role": .string(role.rawValue),
        ]
    }
}

extension EnvironmentSummary {
    var json: JSONValue {
        [
            "name": .string(name), "variables": .texts(variables), "version": .count(version),
            "createdAt": .time(createdAt), "updatedAt": .time(updatedAt),
        ]
    }
}

extension AuditLine {
    /// - Parameter project: the key of the line's project.
    func json(project: String?) -> JSONValue {
        [
            "id": .string(id.description), "at": .time(at), "project": .text(project),
            "actor": [
                "kind": .string(actorKind.rawValue), "id": .text(actorID?.description), "name": .string(actorName),
            ],
            "action": .string(entry.action), "outcome": .string(entry.outcome.rawValue),
            "target": ["kind": .string(entry.targetKind), "id": .string(entry.targetID)],
            "before": entry.before ?? .null, "after": entry.after ?? .null,
            "remoteAddress": .string(remoteAddress), "requestId": .string(requestID),
        ]
    }
}
