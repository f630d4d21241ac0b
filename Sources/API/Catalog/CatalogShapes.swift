import Domain
package import Wire

/// Shapes of definitions: what `POST` and `PUT` take, and the members of `POST /catalog/apply`.
package enum CatalogShapes {
    package static var testCase: Shape {
        .object([
            .required("key", .key, "Unique key in the project."),
            .optional("name", .definitionName, "Name that people read; default the key."),
            .optional("description", .text(Limits.description), "Longer text."),
            .optional("type", .words(["generic"]), "Kind of test case; default generic."),
            .optional("tags", .labels, "Words that suites select by."),
            .optional("labels", .labels, "What an agent must offer to run this case."),
            .optional("parameters", .parameters, "Default values of parameters."),
            .optional("timeoutMs", Shape.timeoutMs.orNull, "Time limit of one attempt."),
            .optional("retry", Shape.retry.orNull, "When to try again."),
            .required("steps", .array(StepShape.step, Limits.stepsPerCase), "What is done, in order."),
        ])
    }

    package static var testSuite: Shape {
        .object(
            [
                .required("key", .key, "Unique key in the project."),
                .optional("name", .definitionName, "Name that people read; default the key."),
                .optional("description", .text(Limits.description), "Longer text."),
                .optional("cases", .array(.key, Limits.casesPerSuite), "Keys of test cases, in order."),
                .optional("tags", .text(Limits.tagExpression), "Tag expression, e.g. `smoke and not slow`."),
                .optional("options", options, "How the suite runs."),
            ],
            exactlyOne: [["cases", "tags"]])
    }

    static var options: Shape {
        .object([
            .optional(
                "parallel", Shape.integer(Limits.parallelCases).orNull, "Cases at the same time; null is no limit."),
            .optional("stopOnFailure", .boolean, "Cancel what has not started once a case fails."),
            .optional("environment", Shape.key.orNull, "Environment used unless the request names one."),
            .optional("timeoutMs", Shape.timeoutMs.orNull, "Time limit of each case without its own."),
            .optional("retry", Shape.retry.orNull, "Retry policy of each case without its own."),
        ])
    }

    package static var testItem: Shape {
        .object([
            .required("key", .key, "Unique key in the project."),
            .optional("name", .definitionName, "Name that people read; default the key."),
            .optional("description", .text(Limits.description), "Longer text."),
            .optional("parameters", .parameters, "Values given to the case."),
            .optional("rows", .array(.parameters, Limits.rows), "One set of values per data-driven run."),
        ])
    }

    /// The whole project as one document, JSON or YAML.
    package static var apply: Shape {
        .object([
            .optional("testCases", .array(testCase, Limits.bulkItems), "Test cases by key."),
            .optional("testSuites", .array(testSuite, Limits.bulkItems), "Test suites by key."),
            .optional("testItems", .array(testItem, Limits.bulkItems), "Test items by key."),
            .optional("environments", .array(CreateEnvironmentRequest.shape, 0...1000), "Environments by name."),
        ])
    }
}
