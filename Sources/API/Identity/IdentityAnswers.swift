import Domain
import Wire

extension AnswerShapes {
    static let identity: [String: Shape] = [
        "Login": .answer(["token": .words, "expiresAt": .time], optional: ["user": me]),
        "Me": .answer(["user": me]),
        "Token": .answer(tokenMembers),
        "NewToken": .answer(tokenMembers, optional: ["token": .words]),
        "User": .answer([
            "id": .id, "email": .words, "name": .words, "admin": .boolean, "disabled": .boolean, "createdAt": .time,
        ]),
        "LoginSession": .answer([
            "id": .id, "remoteAddress": .words, "createdAt": .time, "refreshedAt": .time, "expiresAt": .time,
            "current": .boolean,
        ]),
        "PasswordLink": .answer(["token": .words, "path": .words, "expiresAt": .time]),
        "Project": .answer([
            "id": .id, "key": .key, "name": .words, "createdAt": .time, "archivedAt": Shape.time.orNull,
        ]),
        "Member": .answer(["user": .answer(["id": .id, "email": .words, "name": .words]), "role": role]),
        "AuditLine": .answer([
            "id": .id, "at": .time, "project": Shape.key.orNull,
            "actor": .answer(["kind": .words, "id": Shape.words.orNull, "name": .words]), "action": .words,
            "outcome": .words(["done", "refused"]), "target": .answer(["kind": .words, "id": .words]), "before": .any,
            "after": .any, "remoteAddress": .words, "requestId": .words,
        ]),
        "SecretName": .answer(["name": .words, "updatedAt": .time]),
        "Environment": .answer([
            "name": .key, "variables": .textMap, "version": .whole, "createdAt": .time, "updatedAt": .time,
        ]),
    ]

    private static let role = Shape.words(Role.allCases.map(\.rawValue))

    private static let me = Shape.answer([
        "id": .id, "email": .words, "name": .words, "admin": .boolean,
        "memberships": .list(.answer(["project": .key, "name": .words, "role": role, "archived": .boolean])),
    ])

    private static let tokenMembers: KeyValuePairs<String, Shape> = [
        "id": .id, "name": .words, "scopes": .texts, "project": Shape.key.orNull, "createdAt": .time,
        "expiresAt": Shape.time.orNull, "lastUsedAt": Shape.time.orNull,
    ]
}
