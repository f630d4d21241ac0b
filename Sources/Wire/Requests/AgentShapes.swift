/// Shapes of the agent's requests and of enrolment.
package enum AgentShapes {
    package static var enrolmentToken: Shape {
        .object([
            .optional("project", Shape.key.orNull, "Project whose work the agent may run; null = shared, admins only."),
            .optional("expiresInMs", .integer(1000...604_800_000), "Life of the token; default one hour."),
        ])
    }

    package static var register: Shape {
        .object([
            .required("token", .text(8...255), "Enrolment token."),
            .required("name", .text(1...63, .label), "Name of the agent."),
            .optional("labels", .labels, "What it can do."),
            .optional("slots", .integer(1...1000), "Attempts at the same time; default 1."),
            .required(
                "protocol",
                .object([
                    .required("min", .integer(1...1000), "Lowest version spoken."),
                    .required("max", .integer(1...1000), "Highest version spoken."),
                ]), "Protocol versions."),
        ])
    }

    package static var session: Shape {
        .object([
            .required("protocol", .integer(1...1000), "Protocol version."),
            .optional("labels", .labels, "What the agent can do."),
            .optional("slots", .integer(1...1000), "Attempts at the same time."),
            .optional("isolation", .text(1...16), "Isolation level found at start."),
        ])
    }

    package static var accept: Shape { .object([fence]) }

    package static var steps: Shape {
        .object([
            fence,
            .required("firstSeq", .integer(1...1_000_000), "Sequence of the first step sent."),
            .required("steps", .array(stepResult, 0...1000), "Finished steps, in order."),
            .optional("running", runningStep.orNull, "The step that runs now."),
        ])
    }

    package static var finish: Shape {
        .object([
            fence,
            .required("lastSeq", .integer(0...1_000_000), "Sequence of the last step sent; 0 when none."),
            .required("verdict", .words(["passed", "failed", "timeout", "cancelled"]), "Outcome of the attempt."),
            .optional(
                "error",
                Shape.object([
                    .required("code", .text(1...32, .label), "Stable word."),
                    .optional("message", Shape.text(0...4000).orNull, "What went wrong."),
                    .optional("hint", Shape.text(0...4000).orNull, "What to do."),
                ]).orNull, "Why it did not pass."),
            .optional("resourceUsage", Shape.any.orNull, "cpuMs, maxRssBytes, bytesWritten."),
        ])
    }

    package static var heartbeat: Shape {
        .object([
            .required("inventory", .array(inventoryEntry, 0...1000), "What the agent holds."),
            .required("streamOpen", .boolean, "Whether its control stream is open."),
        ])
    }

    private static var fence: Field { .required("fence", .integer(0...4_294_967_295), "Fence of the attempt.") }

    private static var inventoryEntry: Shape {
        .object([.required("execution", .id, "Execution."), fence])
    }

    private static var runningStep: Shape {
        .object([
            .required("sequence", .integer(1...1_000_000), "Its sequence."),
            .required("path", .text(1...512), "Its path."),
            .required("name", .text(1...512), "Its name."),
            .optional("startedAt", Shape.time.orNull, "When it began."),
        ])
    }

    /// Names and bounds are checked; the bodies of input, output, checks are the agent's and kept as sent.
    private static var stepResult: Shape {
        .object([
            .optional("stepId", Shape.any.orNull, "Free id."),
            .required("sequence", .integer(1...1_000_000), "1, 2, 3, … without gaps."),
            .required("path", .text(1...512), "Place in the case, e.g. 3/2."),
            .required("name", .text(1...512), "Name of the step."),
            .required("status", .words(stepStatuses), "Outcome."),
            .required("startedAt", .time, "When it began."),
            .optional("completedAt", Shape.time.orNull, "When it ended."),
            .required("durationMs", .number(0...1e12), "How long it took."),
            .optional("input", Shape.any.orNull, "What was done, resolved and redacted."),
            .optional("output", Shape.any.orNull, "What came out."),
            .optional("timings", Shape.any.orNull, "dns, connect, TLS, first byte, total."),
            .optional("checks", Shape.array(.any, 0...1000).orNull, "What was expected and found."),
            .optional("error", Shape.any.orNull, "type, message, stack, fingerprint."),
            .optional("resourceUsage", Shape.any.orNull, "cpuMs, maxRssBytes."),
            .optional("metadata", Shape.any.orNull, "Anything else."),
        ])
    }

    package static let stepStatuses = [
        "passed", "failed", "error", "skipped", "blocked", "undefined", "ambiguous", "pending", "timeout", "cancelled",
    ]
}
