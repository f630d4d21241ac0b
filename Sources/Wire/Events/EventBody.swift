package import Domain

extension EventName {
    /// What the stored JSON of this event looks like: the members of its subject and its own.
    package var body: Shape { .object(envelope + own) }

    /// Members that are missing or unknown: a fault of the writer. Values may come from outside; doors check those.
    package func wrongMembers(of value: JSONValue) -> [FieldFault] {
        body.faults(in: value).filter { ["is required", "is not a known field"].contains($0.message) }
    }

    /// The members that this type adds to those that all events of its subject have.
    package var own: [Field] {
        switch self {
        case .executionQueued:
            edge(from: Shape.word.orNull) + [
                .required("name", .word, "Name of the case or suite."),
                .required("kind", .words(["case", "suite", "import"]), "What was queued; an import starts at once."),
                .required("number", Shape.count.orNull, "Number of a run; null for a case of a suite."),
                .optional("priority", .word, "Absent when a case is ready again."),
            ]
        case .executionStarted:
            edge() + [why, fence, attempt(isRequired: false), .optional("agent", .agent, "Who runs it.")]
        case .executionProgress:
            [
                attempt(isRequired: false), fence, .optional("step", .runningStep, "The step that runs."),
                .optional("counts", .counts, "How the children of a suite stand."),
            ]
        case .executionSteps:
            [
                attempt(), fence, .required("firstSeq", .count, "Of the batch."),
                .required("lastSeq", .count, "Of the batch."),
                .required("counts", .map(.count, 0...20), "Steps of the batch by status."),
                .required("steps", .array(.stepSummary, 0...50), "The first of them, short."),
            ]
        case .executionCancelRequested:
            [
                .required("by", Shape.word.orNull, "Name of who asked."),
                .required("reason", Shape.word.orNull, "Their words."),
            ]
        case .executionRetrying:
            edge() + [why, fence, attempt(), error, duration(isRequired: false), notBefore]
        case .executionDeadLettered: [.required("reason", .word, "Why it is given up.")]
        case .executionFinished:
            edge() + [
                why, fence, error, duration(), notBefore,
                .required("status", .word, "The same as `to`."),
                .required("final", .boolean, "False when an attempt ended and another follows."),
                .optional("by", Shape.word.orNull, "Name of who cancelled."),
                .optional("counts", .counts, "How the children of a suite ended."),
            ]
        case .executionImported:
            [
                .required(
                    "ids", .array(.id, 0...500), "Results that are new, each an execution of its own, already final."),
                .required("counts", .counts, "How all results of the run stand."),
            ]
        case .alertOpened, .alertAcknowledged, .alertResolved:
            [.optional("by", .person, "Who did it; absent when the engine did.")]
        case .agentOnline, .agentOffline: []
        case .membershipChanged: [.required("userId", .id, "Whose rights changed.")]
        }
    }

    /// The members that all events of a subject have.
    private var envelope: [Field] {
        switch subject {
        case .execution:
            [
                .required("execution", .id, "Whose fact it is."), .required("root", .id, "The run it belongs to."),
                .required("parent", Shape.id.orNull, "The suite of a case."),
                .optional("position", .count, "Of a case in its suite."), project, sequence, at,
            ]
        case .alert:
            [
                project, sequence, at, .required("alert", .id, "Which one."),
                .required("rule", .object([.required("id", .id, ""), .required("name", .word, "")]), "Its rule."),
                .required("suite", .word, "Key of the suite; empty for a rule about all."),
                .required("severity", .word, ""), .required("state", .word, "State of the alert now."),
                .required("value", .real, "What was measured."), .required("threshold", .real, "What it may be."),
                .required("sentence", .word, "Both in words."),
            ]
        case .agent: [.required("agent", .id, "Which one."), .required("name", .word, "Its name.")]
        case .membership: []
        }
    }

    private var project: Field { .required("project", .word, "Key of the project.") }
    private var sequence: Field { .required("seq", .count, "Counts the facts of one execution.") }
    private var at: Field { .required("at", .time, "When.") }
    private var why: Field { .required("why", .word, "The cause in a word.") }
    private var fence: Field { .optional("fence", .count, "Number of the assignment to an agent.") }
    private var error: Field { .optional("error", .failure, "What went wrong.") }
    private var notBefore: Field { .optional("notBefore", .time, "When the next attempt may begin.") }

    private func edge(from: Shape = .word) -> [Field] {
        [.required("from", from, "Status before."), .required("to", .word, "Status after.")]
    }

    private func attempt(isRequired: Bool = true) -> Field {
        Field("attempt", .count, isRequired: isRequired, "Which attempt.")
    }

    private func duration(isRequired: Bool = true) -> Field {
        Field("durationMs", .integer(0 ... .max), isRequired: isRequired, "Since it first started, in milliseconds.")
    }
}

extension Shape {
    fileprivate static var word: Shape { .output(.max) }
    fileprivate static var count: Shape { .integer(0 ... .max) }
    fileprivate static var real: Shape { .number(-Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude) }

    fileprivate static var person: Shape { .object([.required("id", .id, ""), .required("name", .word, "")]) }
    fileprivate static var agent: Shape { .object([.required("id", .id, ""), .required("name", .word, "")]) }
    fileprivate static var failure: Shape { .object([.required("code", .word, ""), .required("message", .word, "")]) }
    fileprivate static var counts: Shape { .map(.count, 0...20) }

    fileprivate static var runningStep: Shape {
        .object([
            .required("sequence", .count, ""), .required("path", .word, ""), .required("name", .word, ""),
            .required("startedAt", .time, ""),
        ])
    }

    fileprivate static var stepSummary: Shape {
        .object([
            .required("sequence", .count, ""), .required("path", .word, ""), .required("name", .word, ""),
            .required("status", .word, ""), .required("durationMs", .count, ""), .required("startedAt", .time, ""),
            .optional("error", .word, "Cut to 300 characters."),
        ])
    }
}
