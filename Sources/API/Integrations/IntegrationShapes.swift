import Domain
package import Wire

/// Shapes of inbound triggers and outbound subscriptions.
package enum IntegrationShapes {
    package static var createTrigger: Shape { .object([AlertShapes.projectField] + triggerFields) }
    package static var replaceTrigger: Shape { .object(triggerFields) }

    /// Body of `PUT /triggers/{id}`; `POST` takes `project` too.
    package static var triggerFields: [Field] {
        [
            .required("name", .name, "Name that people read."),
            .required("provider", .words(["github"]), "Who signs the webhook."),
            .optional("secret", .text(16...255), "Key of the signature; write only; made and shown once when absent."),
            .optional(
                "events", .array(.words(["push", "pull_request"]), 1...2), "Events that start a run; default push."),
            .optional("branch", .text(1...255), "Glob over branch names; default every branch."),
            .required("suite", .key, "Key of the test suite to run."),
            .optional("parameters", .parameters, "Values given to the run."),
            .optional("environment", Shape.key.orNull, "Key of the environment."),
        ]
    }

    /// Body of `PUT /subscriptions/{id}`; `POST` takes `project` too.
    package static var subscriptionFields: [Field] {
        [
            .required("name", .name, "Name that people read."),
            .required("url", .text(Limits.url, .endpoint), "Where events are posted."),
            .required(
                "events",
                .array(
                    .words(EventName.allCases.filter(\.isSubscribable).map(\.rawValue)), 1...4),
                "Which events are sent."),
            .optional(
                "filter",
                Shape.object([
                    .optional("suite", Shape.key.orNull, "Only runs of this test suite."),
                    .optional(
                        "status",
                        .alternatives(
                            .words(finalStatuses), .array(.words(finalStatuses), 1...5)), "Only these verdicts."),
                ]).orNull, "Which runs; all when absent."),
            .optional("secret", .text(38...94, .webhookSecret), "Write only; made and shown once when absent."),
        ]
    }

    package static var createSubscription: Shape { .object([AlertShapes.projectField] + subscriptionFields) }
    package static var replaceSubscription: Shape { .object(subscriptionFields) }

    static let finalStatuses = ["passed", "failed", "timeout", "cancelled", "aborted"]
}
