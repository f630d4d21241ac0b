import Domain

/// Shapes of the agent's requests and of enrolment.
package enum AgentShapes {
    package static var enrolmentToken: Shape {
        .object([
            .optional("project", Shape.key.orNull, "Project whose work the agent may run; null = shared, admins only."),
            .optional("expiresInMs", .integer(60_000...604_800_000), "Life of the token; default one hour."),
            .optional("name", Shape.text(1...63, .label).orNull, "Which agent it is meant for."),
            .optional("labels", Shape.labels.orNull, "What that one is to offer."),
            .optional("slots", Shape.integer(1...1000).orNull, "How much that one is to do at once."),
        ])
    }

    package static var register: Shape {
        .object([
            .required("token", .text(8...255), "Enrolment token."),
            .required("name", .text(1...63, .label), "Name of the agent."),
            .required("labels", .labels, "What it can do."),
            .required("slots", .integer(1...1000), "Attempts at the same time."),
            .required(
                "protocol",
                .object([
                    .required("min", .integer(1...1000), "Lowest version spoken."),
                    .required("max", .integer(1...1000), "Highest version spoken."),
                ]), "Protocol versions."),
            .optional(
                "nonce", Shape.text(32...128).orNull,
                "A random text of the agent's own; a request with the same one gets the same answer again."),
        ])
    }

    package static var session: Shape {
        .object([
            .required("protocol", .integer(1...1000), "Protocol version."),
            .required("labels", .labels, "What the agent can do."),
            .required("slots", .integer(1...1000), "Attempts at the same time."),
            .required("isolation", .text(1...16), "Isolation level found at start."),
        ])
    }

    package static var accept: Shape { .object([fence]) }

    package static var accepts: Shape {
        .object([.required("offers", .array(inventoryEntry, 1...64), "Offers to take.")])
    }

    package static var reports: Shape {
        .object([
            .required(
                "reports",
                .array(
                    .object([
                        .required("execution", .id, "Execution."), fence,
                        .required("firstSeq", .integer(1...1_000_001), "Sequence of the first step sent."),
                        .required("steps", .array(stepResult, 0...500), "Finished steps, in order."),
                        .optional("running", runningStep.orNull, "The step that runs now."),
                        .optional(
                            "output", Shape.array(outputChunk, 0...32).orNull, "What running steps printed."),
                        .optional("finish", Shape.object(end).orNull, "How the attempt ended."),
                    ]), 1...64), "One for each attempt.")
        ])
    }

    package static var steps: Shape {
        .object([
            fence,
            .required("firstSeq", .integer(1...1_000_000), "Sequence of the first step sent."),
            .required("steps", .array(stepResult, 0...1000), "Finished steps, in order."),
            .optional("running", runningStep.orNull, "The step that runs now."),
        ])
    }

    package static var finish: Shape { .object([fence] + end) }

    private static var end: [Field] {
        [
            .required("lastSeq", .integer(0...1_000_000), "Sequence of the last step sent; 0 when none."),
            .required("verdict", .words(["passed", "failed", "timeout", "cancelled"]), "Outcome of the attempt."),
            .optional(
                "error",
                Shape.object([
                    .required("code", .text(1...32, .label), "Stable word."),
                    .required("message", .output(65_536), "What went wrong."),
                    .optional("hint", Shape.output(65_536).orNull, "What to do."),
                ]).orNull, "Why it did not pass."),
            .optional("resourceUsage", resourceUsage.orNull, "What the attempt used."),
        ]
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
            .required("startedAt", .time, "When it began."),
        ])
    }

    private static var outputChunk: Shape {
        .object([
            .required("step", .integer(1...1_000_000), "Sequence of the step."),
            // A tebibyte, so that no sum of offsets ever overflows.
            .required(
                "at", .integer(0...1_099_511_627_776), "Offset of the first byte in all that the attempt printed."),
            .required(
                "pieces",
                .array(
                    .object([
                        .required("stream", .words(OutputStream.allCases.map(\.rawValue)), "Where it was printed."),
                        .required("text", .output(1_048_576), "What was printed, redacted."),
                        .required("bytes", .integer(0...1_048_576), "Bytes read for it."),
                    ]), 0...4096), "In order."),
            .optional("truncated", Shape.boolean.orNull, "Whether no more of the step is sent while it runs."),
        ])
    }

    /// One finished step, as agents send it and people read it.
    package static var stepResult: Shape {
        .object([
            .required("sequence", .integer(1...1_000_000), "1, 2, 3, … without gaps."),
            .required("path", .text(1...512), "Place in the case, e.g. 3/2."),
            .required("name", .text(1...512), "Name of the step."),
            .required("status", .words(StepStatus.allCases.map(\.rawValue)), "Outcome."),
            .required("startedAt", .time, "When it began."),
            .required("completedAt", .time, "When it ended."),
            .required("durationMs", count, "How long it took."),
            .optional("input", .any, "What was done, resolved and redacted."),
            .optional("output", output.orNull, "What came out."),
            .optional("timings", timings.orNull, "Phases of an HTTP exchange."),
            .optional("checks", Shape.array(check, 0...1000).orNull, "What was expected and found."),
            .optional("error", stepError.orNull, "Why it did not pass."),
            .optional("resourceUsage", resourceUsage.orNull, "What the command used."),
            .optional("metadata", Shape.map(.any, 0...100).orNull, "Anything else."),
        ])
    }

    private static var count: Shape { .integer(0...Int64.max) }

    private static var output: Shape {
        .object([
            .optional("exitCode", Shape.integer(-1...4_294_967_295).orNull, "Exit code of a command."),
            .optional("signal", Shape.integer(0...255).orNull, "Signal that ended it."),
            .optional("stdout", excerpt.orNull, "Standard output."),
            .optional("stderr", excerpt.orNull, "Standard error."),
            .optional(
                "response",
                Shape.object([
                    .required("status", .integer(0...999), "HTTP status."),
                    .required("headers", .map(.output(1_048_576), 0...1000), "Response headers."),
                    .optional("body", excerpt.orNull, "Response body."),
                ]).orNull, "HTTP answer."),
            .optional("captures", Shape.map(.output(1_048_576), 0...100).orNull, "Captured variables, redacted."),
        ])
    }

    private static var excerpt: Shape {
        .object([
            .required("head", .output(65_536), "First 4 KiB."),
            .required("tail", .output(65_536), "Last 4 KiB when the stream is longer."),
            .required("bytes", count, "Length of the whole stream."),
            .required("droppedBytes", count, "Bytes kept nowhere."),
            .optional("artifact", Shape.text(1...255).orNull, "Artifact with the whole stream."),
        ])
    }

    private static var timings: Shape {
        .object(
            ["dnsMs", "connectMs", "tlsMs", "firstByteMs", "totalMs"].map {
                .required($0, .number(-1...1e12), "Milliseconds from the start of the request.")
            })
    }

    private static var check: Shape {
        .object([
            .required("kind", .text(1...32), "What was looked at."),
            .optional("target", Shape.output(65_536).orNull, "Header name or JSON Pointer."),
            .required("expected", .any, "Expected value."),
            .required("actual", .any, "Found value."),
            .required("passed", .boolean, "Whether it held."),
        ])
    }

    private static var stepError: Shape {
        .object([
            .required("type", .output(255), "Stable word."),
            .required("message", .output(1_048_576), "What went wrong."),
            .optional("stack", Shape.output(1_048_576).orNull, "Stack trace."),
            .optional("fingerprint", Shape.output(255).orNull, "Normalised hash."),
        ])
    }

    private static var resourceUsage: Shape {
        .object(
            ["cpuMs", "maxRssBytes", "bytesWritten"].map {
                .optional($0, count.orNull, $0 == "cpuMs" ? "Milliseconds." : "Bytes.")
            })
    }
}

extension RegisterAgentRequest: RequestBody { package static var shape: Shape { AgentShapes.register } }
extension OpenSessionRequest: RequestBody { package static var shape: Shape { AgentShapes.session } }
extension AcceptRequest: RequestBody { package static var shape: Shape { AgentShapes.accept } }
extension StepsRequest: RequestBody { package static var shape: Shape { AgentShapes.steps } }
extension AcceptsRequest: RequestBody { package static var shape: Shape { AgentShapes.accepts } }
extension ReportsRequest: RequestBody { package static var shape: Shape { AgentShapes.reports } }
extension FinishRequest: RequestBody { package static var shape: Shape { AgentShapes.finish } }
extension HeartbeatRequest: RequestBody { package static var shape: Shape { AgentShapes.heartbeat } }
