import Domain
package import Wire

/// `POST /alerts/{id}/acknowledge`.
package struct AcknowledgeRequest: RequestBody {
    package let comment: String?

    package static var shape: Shape {
        .object([.optional("comment", Shape.text(Limits.comment).orNull, "Said to the others.")])
    }
}

/// `POST /alerts/{id}/resolve`.
package struct ResolveRequest: RequestBody {
    package let comment: String

    package static var shape: Shape {
        .object([.required("comment", .text(1...Limits.comment.upperBound), "Why it is over.")])
    }
}

/// `PATCH` of what can be switched off and on.
package struct SwitchRequest: RequestBody {
    package let disabled: Bool

    package static var shape: Shape {
        .object([.required("disabled", .boolean, "Whether it does nothing from now on.")])
    }
}

/// Shapes of alert rules.
package enum AlertShapes {
    /// Body of `PUT /alerts/rules/{id}`; `POST` takes `project` too.
    package static var ruleFields: [Field] {
        [
            .required("name", .name, "Name that people read."),
            .required("metric", .words(AlertMeasure.names), "What is measured."),
            .required("suite", .key, "Key of the test suite."),
            .required(
                "comparison", .words(Set(AlertMeasure.all.flatMap(\.comparisons)).sorted()), "How it is compared."),
            .required("threshold", .number(Limits.threshold), "The bound, as a share of 1."),
            .required(
                "window", .object([.required("runs", .integer(Limits.windowRuns), "Last finished runs looked at.")]),
                "Window."),
            .optional(
                "minimumSamples", .integer(Limits.windowRuns),
                "Fewer runs than this never alert; default 3, at most window.runs."
            ),
            .optional("severity", .words(["critical", "warning", "info"]), "Default warning."),
            .optional("channels", .array(.id, Limits.channelsPerRule), "Channels that are told, each once."),
        ]
    }

    package static var createRule: Shape { .object([projectField] + ruleFields) }
    package static var replaceRule: Shape { .object(ruleFields) }

    static var projectField: Field { .required("project", .key, "Project key.") }
}
