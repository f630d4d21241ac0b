import Domain
import Wire

/// What one case of a run needs, put together from what never changes.
struct FrozenWork: Sendable {
    let definition: CaseDefinition
    let root: FrozenRequest
    let timeoutMs: Int64
    let secretNames: [String]

    func assignment(of execution: ExecutionRow, fence: Int, deadlineAt: Timestamp) -> Assignment {
        Assignment(
            execution: execution.id, fence: fence, attempt: execution.attempts, project: execution.projectKey,
            name: execution.name, definition: definition, parameters: root.parameters ?? [:],
            environment: Assignment.Environment(
                name: root.environment?.name ?? "", variables: root.environment?.variables ?? [:]),
            secrets: [:], timeoutMs: timeoutMs, stepTimeoutMs: root.stepTimeoutMs, deadlineAt: deadlineAt,
            beatMs: BeatTiming.busy.beatMs, leaseMs: BeatTiming.busy.leaseMs, progressMs: root.project?.progressMs)
    }
}

/// Names inside `${secret:NAME}`, each once, in order of appearance.
func secretNames(in texts: [String]) -> [String] {
    var names: [String] = []
    for text in texts {
        var rest = text[...]
        while let start = rest.firstRange(of: "${secret:") {
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { break }
            let name = String(rest[..<end])
            if !names.contains(name) { names.append(name) }
            rest = rest[end...]
        }
    }
    return names
}
