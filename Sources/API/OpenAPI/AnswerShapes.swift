package import Domain
package import Wire

/// Component schemas of what routes answer; tests hold every answer against them.
package enum AnswerShapes {
    package static let all: [String: Shape] = Slice.all.reduce(into: ["Problem": problem]) { all, slice in
        all.merge(slice.answers) { first, _ in first }
    }

    package static var components: JSONValue { .object(all.mapValues(\.schema)) }

    /// Words of an execution's status.
    static let status = Shape.words(ExecutionStatus.allCases.map(\.rawValue))

    private static var problem: Shape {
        .object([
            .required("type", .words, "URN of the code."),
            .required("title", .words, "Same for every occurrence of the code."),
            .required("status", .integer(400...599), "HTTP status."),
            .required("detail", .words, "What went wrong this time."),
            .required("code", .words(ProblemCode.allCases.map(\.rawValue)), "Stable word."),
            .required("requestId", .words, "Stands in the log line of the request."),
            .optional(
                "errors",
                .array(
                    .object([
                        .required("pointer", .words, "JSON Pointer, `?name` or `header: Name`."),
                        .required("message", .words, "What is wrong there."),
                    ]), 0...100), "Every faulty field."),
        ])
    }
}

extension Shape {
    /// An answered object; members of `optional` may be absent.
    static func answer(_ members: KeyValuePairs<String, Shape>, optional: KeyValuePairs<String, Shape> = [:]) -> Shape {
        .object(
            members.map { Field($0.key, $0.value, isRequired: true, "") }
                + optional.map { Field($0.key, $0.value, isRequired: false, "") })
    }

    static func answer(_ members: KeyValuePairs<String, Shape>, and fields: [Field]) -> Shape {
        .object(members.map { Field($0.key, $0.value, isRequired: true, "") } + fields)
    }

    static func list(_ element: Shape) -> Shape { .array(element, 0...100_000) }

    /// Any text.
    static var words: Shape { Shape(.output(maximum: Int.max)) }
    /// Any integer.
    static var whole: Shape { .integer(.min ... .max) }
    static var real: Shape { .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude) }
    static var texts: Shape { .list(.words) }
    static var textMap: Shape { .map(.words, 0...100_000) }
}
