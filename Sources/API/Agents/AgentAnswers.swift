import Domain
import Wire

extension AnswerShapes {
    static let agents: [String: Shape] = [
        "EnrolmentToken": .answer(["id": .id, "token": .words, "expiresAt": .time]),
        "WaitingToken": .answer([
            "id": .id, "project": Shape.key.orNull, "name": Shape.words.orNull, "labels": .texts,
            "slots": Shape.whole.orNull, "createdAt": .time, "expiresAt": .time,
        ]),
        "AgentWork": .answer(["items": .list(AnswerShapes.execution), "others": .whole]),
        "RegisteredAgent": .answer(["agent": .answer(["id": .id, "name": .words]), "credential": .words]),
        "Agent": .answer([
            "id": .id, "name": .words, "project": Shape.key.orNull, "labels": .texts, "slots": .whole, "busy": .whole,
            "state": .words(["online", "draining", "offline", "revoked"]), "lastBeatAt": Shape.time.orNull,
            "createdAt": .time,
        ]),
        "Session": .answer(["session": .id, "beatMs": .whole, "leaseMs": .whole]),
        "Heartbeat": .answer([
            "drop": .list(.answer(["execution": .id, "fence": .whole])),
            "cancel": .list(.answer(["execution": .id, "fence": .whole], optional: ["reason": Shape.words.orNull])),
            "offers": .list(
                .answer(["execution": .id, "fence": .whole, "name": .words, "offeredUntil": .time])),
            "drain": .boolean, "beatMs": .whole, "leaseMs": .whole,
        ]),
        "Assignment": .answer(
            [
                "execution": .id, "fence": .whole, "attempt": .whole, "project": .key, "name": .words,
                "definition": .any,
                "parameters": .textMap, "environment": .answer(["name": .words, "variables": .textMap]),
                "secrets": .textMap, "timeoutMs": .whole, "stepTimeoutMs": .whole, "deadlineAt": .time,
                "beatMs": .whole,
                "leaseMs": .whole,
            ], optional: ["progressMs": .whole]),
        "Accepts": .answer([
            "assignments": .list(.any),
            "refused": .list(.answer(["execution": .id, "fence": .whole, "code": .words])),
        ]),
        "Reports": .answer([
            "answers": .list(
                .answer(
                    ["execution": .id, "fence": .whole],
                    optional: [
                        "durableSeq": .whole, "cancel": .boolean, "status": status, "final": .boolean, "code": .words,
                        "expected": .whole,
                    ]))
        ]),
        "StepsAnswer": .answer(["durableSeq": .whole, "cancel": .boolean]),
        "FinishAnswer": .answer(["status": status, "final": .boolean]),
        "StoredArtifact": .answer(["name": .words, "bytes": .whole, "sha256": .words]),
    ]
}
