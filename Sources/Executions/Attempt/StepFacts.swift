import Domain
import Feed
import Wire

/// What is told of steps that arrived: one `execution.steps` for a batch, one `execution.progress` for the running step.
enum StepFacts {
    /// Summaries told of one batch; the trace has them all.
    static let maximumSummaries = 50

    static func drafts(_ steps: [StepResult], running: RunningStep?, attempt: Int, fence: Int) -> [EventDraft] {
        [batch(steps, attempt, fence), running.map { progress($0, attempt, fence) }].compactMap { $0 }
    }

    private static func batch(_ steps: [StepResult], _ attempt: Int, _ fence: Int) -> EventDraft? {
        guard let first = steps.first, let last = steps.last else { return nil }
        var counts: [String: Int64] = [:]
        for step in steps { counts[step.status.rawValue, default: 0] += 1 }
        return EventDraft(
            .executionSteps,
            [
                "attempt": .integer(Int64(attempt)), "fence": .integer(Int64(fence)),
                "firstSeq": .integer(Int64(first.sequence)), "lastSeq": .integer(Int64(last.sequence)),
                "counts": .object(counts.mapValues { .integer($0) }),
                "steps": .array(steps.prefix(maximumSummaries).map(summary)),
            ], fence: fence)
    }

    private static func progress(_ running: RunningStep, _ attempt: Int, _ fence: Int) -> EventDraft {
        EventDraft(
            .executionProgress,
            [
                "attempt": .integer(Int64(attempt)),
                "step": [
                    "sequence": .integer(Int64(running.sequence)), "path": .string(running.path),
                    "name": .string(running.name), "startedAt": .string(running.startedAt.description),
                ],
            ], fence: fence)
    }

    private static func summary(_ step: StepResult) -> JSONValue {
        var summary: [String: JSONValue] = [
            "sequence": .integer(Int64(step.sequence)), "path": .string(step.path), "name": .string(step.name),
            "status": .string(step.status.rawValue), "durationMs": .integer(step.durationMs),
            "startedAt": .string(step.startedAt.description),
        ]
        if let error = step.error { summary["error"] = .string(error.message.cut(codePoints: 300)) }
        return .object(summary)
    }
}
