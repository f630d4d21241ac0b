import Domain
import Wire

extension AnswerShapes {
    static let catalog: [String: Shape] = [
        "TestCase": stored(
            CatalogShapes.testCase,
            [
                .optional("history", .list(status), "With include=history: last 12 verdicts, oldest first."),
                .optional(
                    "lastOutcome", Shape.answer(["execution": .id, "status": status, "finishedAt": .time]).orNull,
                    "With include=history."),
            ]),
        "TestSuite": stored(
            CatalogShapes.testSuite,
            [
                .optional("caseCount", .whole, "How many cases it runs now."),
                .optional("history", .list(status), "With include=history: last 12 runs, oldest first."),
                .optional("medianMs", Shape.whole.orNull, "With include=history."),
                .optional(
                    "lastRun",
                    Shape.answer(
                        ["id": .id, "number": Shape.whole.orNull, "status": status, "startedAt": Shape.time.orNull])
                        .orNull,
                    "With include=history."),
            ]),
        "TestItem": stored(CatalogShapes.testItem, [.optional("description", .words, "Longer text.")]),
        "Changes": .answer([
            "dryRun": .boolean,
            "changes": .list(
                .answer([
                    "kind": .words(["testCase", "testSuite", "testItem", "environment"]), "key": .key,
                    "action": .words(["create", "update", "unchanged"]), "fields": .texts,
                ])),
        ]),
    ]

    /// A definition with what the server adds to it.
    private static func stored(_ definition: Shape, _ more: [Field] = []) -> Shape {
        guard case .object(let object) = definition.kind else { return definition }
        let known = Set(object.fields.map(\.name))
        let added: [Field] = [
            .required("id", .id, ""), .required("project", .key, "Project key."),
            .required("version", .whole, "Counts up with each change; the ETag."), .required("createdAt", .time, ""),
            .required("updatedAt", .time, "When this version was made."),
        ]
        return .object(object.fields + added + more.filter { !known.contains($0.name) }, exactlyOne: object.exactlyOne)
    }
}
