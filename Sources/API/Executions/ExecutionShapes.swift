import Domain
package import Wire

/// Shapes of the requests that start and steer executions.
package enum ExecutionShapes {
    package static var start: Shape {
        .object(
            [
                .required("project", .key, "Project key."),
                .optional("testCase", .key, "Key of the test case to run."),
                .optional("testSuite", .key, "Key of the test suite to run."),
                .optional("testItem", .key, "Key of the test item a case runs against."),
                .optional("parameters", .parameters, "Values that win over all defaults."),
                .optional("environment", Shape.key.orNull, "Key of the environment."),
                .optional("priority", .words(["low", "normal", "high", "urgent"]), "Default normal."),
                .optional("labels", .labels, "What an agent must offer, besides the case's own labels."),
                .optional("timeoutMs", Shape.timeoutMs.orNull, "Time limit of one attempt."),
                .optional("retry", Shape.retry.orNull, "When to try again."),
                .optional("revision", revision.orNull, "What is under test."),
                .optional("notBefore", Shape.time.orNull, "Earliest start."),
                .optional("concurrencyKey", Shape.text(1...128).orNull, "Runs with the same key never overlap."),
            ],
            exactlyOne: [["testCase", "testSuite"]])
    }

    package static var revision: Shape {
        .object([
            .optional("commit", .text(4...64, .commit), "Commit id."),
            .optional("branch", .text(1...255), "Branch name."),
            .optional("url", .text(Limits.url, .webAddress), "Where to look at the commit."),
            .optional("message", .text(0...1000), "First line of the commit message."),
        ])
    }

    package static var cancel: Shape {
        .object([.optional("reason", Shape.text(Limits.comment).orNull, "Why, for the history.")])
    }

    package static var retry: Shape {
        .object([.optional("failedOnly", .boolean, "Of a suite only the cases that did not pass; default false.")])
    }
}
