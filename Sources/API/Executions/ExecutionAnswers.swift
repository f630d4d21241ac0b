import Domain
import Executions
import Wire

extension AnswerShapes {
    static let executions: [String: Shape] = [
        "Execution": execution,
        "BulkResult": .answer([
            "matched": .whole, "isMore": .boolean, "items": .list(execution),
            "results": .list(
                .answer(["id": .id, "execution": Shape.id.orNull, "problem": Shape.words.orNull])),
        ]),
        "Validation": .answer([
            "ok": .boolean, "problems": .list(.answer(["pointer": .words, "message": .words])),
            "settings": effective.orNull,
        ]),
        "Attempt": .answer([
            "attempt": .whole, "fence": .whole, "status": .words(AttemptStatus.allCases.map(\.rawValue)),
            "agent": Shape.answer(["id": .id, "name": Shape.words.orNull]).orNull, "acceptedAt": .time,
            "finishedAt": Shape.time.orNull, "durationMs": Shape.whole.orNull, "queueWaitMs": Shape.whole.orNull,
            "dispatchMs": Shape.whole.orNull, "stepCount": .whole, "errorClass": Shape.words.orNull,
            "resourceUsage": Shape.map(.whole, 0...3).orNull,
        ]),
        "Trace": .answer([
            "execution": .id, "attempt": .whole, "fence": .whole, "status": .words,
            "storage": .words(["embedded", "rows"]), "stepCount": .whole, "nextAfter": Shape.whole.orNull,
            "running": Shape.answer([
                "sequence": .whole, "path": .words, "name": .words, "startedAt": .time, "elapsedMs": .whole,
            ]).orNull,
            "steps": .list(AgentShapes.stepResult),
        ]),
        "StepResult": AgentShapes.stepResult,
        "OutputSearch": .answer([
            "execution": .id, "attempt": .whole, "matches": .whole, "lines": .whole, "searchedBytes": .whole,
            "unsearchedBytes": .whole,
            "items": .list(
                .answer(["step": .whole, "stream": .words, "line": Shape.whole.orNull, "text": .words])),
        ]),
        "HistoryEntry": .answer([
            "seq": .whole, "at": .time, "type": .words, "from": Shape.words.orNull, "to": Shape.words.orNull,
            "by": Shape.words.orNull, "why": Shape.words.orNull,
        ]),
        "Artifact": .answer([
            "attempt": .whole, "name": .words, "bytes": .whole, "droppedBytes": .whole, "mediaType": .words,
            "sha256": .words,
        ]),
        "QueuePlace": .answer([
            "state": Shape.words.orNull, "position": Shape.whole.orNull, "waitReason": Shape.words.orNull,
            "waitingOn": Shape.answer(["labels": .texts, "concurrencyKey": .words]).orNull, "sentence": .words,
        ]),
        "ProjectSettings": .answer(
            [
                "project": .key, "version": .whole, "updatedAt": Shape.time.orNull, "effective": effective,
                "system": .map(.any, 0...20),
            ],
            and: SettingsRequest.fields.map { .required($0.name, $0.shape, "") }),
        "Queue": .answer([
            "depth": .map(.whole, 0...10), "oldestAgeMs": Shape.whole.orNull,
            "slots": .answer(["busy": .whole, "total": .whole]),
        ]),
        "ProjectCounts": .answer(["running": .whole, "queued": .whole, "alertsOpen": .whole]),
    ]

    /// The data of every event that streams tell, as `event.…`.
    static var events: [String: Shape] {
        Dictionary(uniqueKeysWithValues: EventName.allCases.filter(\.isTold).map { ("event.\($0.rawValue)", $0.body) })
    }

    /// What holds, and who said so.
    private static let effective = Shape.map(
        .answer(["value": .any, "from": .words(SettingSource.allCases.map(\.rawValue))]), 0...20)

    static let execution = Shape.answer(
        [
            "id": .id, "seq": .whole, "number": Shape.whole.orNull, "kind": .words(["case", "suite", "import"]),
            "project": .key,
            "root": .id, "parent": Shape.id.orNull, "position": .whole, "name": .words,
            "definition": .answer([
                "id": Shape.id.orNull, "key": Shape.words.orNull, "version": Shape.whole.orNull,
            ]),
            "type": Shape.words.orNull, "retryOf": Shape.id.orNull, "status": status, "reason": Shape.words.orNull,
            "cancelRequestedAt": Shape.time.orNull,
            "cancelledBy": Shape.answer(["id": .words, "name": Shape.words.orNull]).orNull,
            "cancelReason": Shape.words.orNull, "priority": .words, "environment": .words,
            "revision": .answer(
                [:],
                optional: [
                    "commit": Shape.words.orNull, "branch": Shape.words.orNull, "url": Shape.words.orNull,
                    "message": Shape.words.orNull,
                ]),
            "createdAt": .time, "queuedAt": .time, "startedAt": Shape.time.orNull, "finishedAt": Shape.time.orNull,
            "totalDurationMs": Shape.whole.orNull, "queueWaitMs": Shape.whole.orNull, "attempt": .whole,
            "attempts": .whole, "stepCount": .whole, "counts": Shape.map(.whole, 0...12).orNull, "labels": .texts,
            "parameters": .textMap,
            "startedBy": Shape.answer(["kind": .words, "id": .words, "name": .words]).orNull,
            "error": Shape.answer(["code": .words, "message": .words, "hint": Shape.words.orNull]).orNull,
        ], optional: ["history": .list(status), "children": .list(status), "settings": effective])
}
