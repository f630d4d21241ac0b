import Domain
import Wire

extension AnswerShapes {
    static let integrations: [String: Shape] = [
        "Trigger": .answer(
            [
                "id": .id, "project": .key, "name": .words, "provider": .words, "key": .words, "url": .words,
                "events": .texts, "branch": .words, "suite": .key, "parameters": .map(.any, 0...1000),
                "environment": Shape.key.orNull, "createdAt": .time, "updatedAt": .time, "version": .whole,
                "disabledAt": Shape.time.orNull,
            ], optional: ["secret": .words]),
        "TriggerDelivery": .answer(triggerDelivery),
        "TriggerDeliveryDetail": .answer(
            triggerDelivery, and: [.required("payload", Shape.words.orNull, "What came.")]),
        "HookAnswer": .answer(
            [:],
            optional: [
                "execution": .answer(["id": .id], optional: ["number": Shape.whole.orNull]), "ignored": .words,
                "replayed": .boolean, "sameBodyAs": Shape.words.orNull,
            ]),
        "Subscription": .answer(
            [
                "id": .id, "project": .key, "name": .words, "url": .words, "events": .texts,
                "filter": .answer(["suite": Shape.key.orNull, "status": .texts]), "failingSince": Shape.time.orNull,
                "disabledAt": Shape.time.orNull, "disabledReason": Shape.words.orNull, "createdAt": .time,
                "updatedAt": .time, "version": .whole,
            ], optional: ["secret": .words]),
        "NewSecret": .answer(["secret": .words]),
        "Delivery": .answer([
            "id": .id, "event": .words, "body": .any, "state": .words, "tries": .whole, "dueAt": Shape.time.orNull,
            "reason": Shape.words.orNull, "createdAt": .time, "finishedAt": Shape.time.orNull,
            "attempts": .list(
                .answer([
                    "number": .whole, "at": .time, "durationMs": .whole, "status": Shape.whole.orNull,
                    "reason": Shape.words.orNull, "reply": Shape.words.orNull,
                ])),
        ]),
    ]

    private static let triggerDelivery: KeyValuePairs<String, Shape> = [
        "delivery": .words, "event": .words, "branch": .words, "commit": .words, "state": .words,
        "reason": Shape.words.orNull, "execution": Shape.id.orNull, "remote": .words, "receivedAt": .time,
    ]
}
