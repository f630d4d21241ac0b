import Alerts
import Domain
import Wire

extension AnswerShapes {
    static let alerts: [String: Shape] = [
        "AlertRule": .answer([
            "id": .id, "project": .key, "name": .words, "metric": .words, "suite": .key, "comparison": .words,
            "threshold": .real, "window": .answer(["runs": .whole]), "minimumSamples": .whole, "severity": severity,
            "channels": .list(.id), "activeAlert": Shape.id.orNull, "createdAt": .time, "updatedAt": .time,
            "version": .whole, "disabledAt": Shape.time.orNull,
        ]),
        "Alert": .answer([
            "id": .id, "project": .key, "rule": .answer(["id": .id, "name": .words]), "suite": .key,
            "state": .words(AlertState.allCases.map(\.rawValue)), "severity": severity, "value": .real,
            "threshold": .real, "samples": .whole, "sentence": .words, "execution": Shape.id.orNull, "openedAt": .time,
            "acknowledgedAt": Shape.time.orNull,
            "acknowledgedBy": Shape.answer(["id": .id, "name": .words]).orNull, "comment": Shape.words.orNull,
            "resolvedAt": Shape.time.orNull,
            "resolvedBy": Shape.answer(["id": .id, "name": .words]).orNull, "resolution": Shape.words.orNull,
        ]),
        "Channel": .answer(
            [
                "id": .id, "project": .key, "name": .words, "kind": .words(ChannelKinds.names),
                "disabledAt": Shape.time.orNull, "disabledReason": Shape.words.orNull, "createdAt": .time,
                "updatedAt": .time, "version": .whole,
            ],
            and: ChannelKinds.all.map { .optional($0.name, $0.shown, "") }),
        "Notification": .answer([
            "id": .id, "channel": .answer(["id": .id, "name": Shape.words.orNull]), "alert": Shape.id.orNull,
            "occasion": .words, "state": .words, "tries": .whole, "dueAt": Shape.time.orNull,
            "reason": Shape.words.orNull, "detail": Shape.words.orNull, "createdAt": .time,
            "finishedAt": Shape.time.orNull,
        ]),
    ]

    private static let severity = Shape.words(AlertSeverity.allCases.map(\.rawValue))
}
