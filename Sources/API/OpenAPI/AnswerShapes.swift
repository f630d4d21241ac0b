package import Domain
import Wire

/// Component schemas of what routes answer.
package enum AnswerShapes {
    package static var components: JSONValue {
        .object(all.mapValues(\.schema))
    }

    static let all: [String: Shape] = [
        "Problem": problem
    ]

    private static var problem: Shape {
        .object([
            .required("type", .text(1...255), "URN of the code."),
            .required("title", .text(1...255), "Same for every occurrence of the code."),
            .required("status", .integer(400...599), "HTTP status."),
            .required("detail", .text(0...4000), "What went wrong this time."),
            .required("code", .words(ProblemCode.allCases.map(\.rawValue)), "Stable word."),
            .required("requestId", .text(0...255), "Stands in the log line of the request."),
            .optional(
                "errors",
                .array(
                    .object([
                        .required("pointer", .text(0...4000), "JSON Pointer, `?name` or `header: Name`."),
                        .required("message", .text(1...4000), "What is wrong there."),
                    ]), 0...100), "Every faulty field."),
        ])
    }
}
