package import Domain

/// What a project says of its runs; nil leaves it to the installation.
package struct ProjectSettings: Codable, Equatable, Sendable {
    /// Cases that are offered or run at once.
    package var concurrency: Int?
    /// Time limit of an attempt, of a step.
    package var timeoutMs: Int64?
    package var stepTimeoutMs: Int64?
    package var retry: RetryPolicy?
    /// Steps up to which a trace is one document.
    package var traceSteps: Int?
    /// Between two words of a run that goes on: progress of a suite, output of a step.
    package var progressMs: Int64?
    /// Days that finished runs are kept; 0 is for ever.
    package var keepRunsDays: Int?

    package init() {}

    /// What holds where neither project nor suite, case or request says anything.
    ///
    /// - Parameter keepRunsDays: what this installation keeps; nil is for ever.
    package static func system(keepRunsDays: Int? = nil) -> ProjectSettings {
        var settings = ProjectSettings()
        settings.concurrency = DispatchPlan.defaultLimit
        settings.timeoutMs = FrozenRequest.defaultTimeoutMs
        settings.stepTimeoutMs = FrozenRequest.defaultStepTimeoutMs
        settings.retry = RetryPolicy()
        settings.traceSteps = TraceStore.maximumEmbeddedSteps
        settings.progressMs = ReportSuite.paceMs
        settings.keepRunsDays = keepRunsDays ?? 0
        return settings
    }

    /// What a run takes with it; nil when that is nothing.
    var frozen: ProjectSettings? {
        var frozen = self
        (frozen.concurrency, frozen.keepRunsDays) = (nil, nil)
        return frozen == ProjectSettings() ? nil : frozen
    }

    /// Its members as the API names them, in the order in which people read them.
    package var members: [(name: String, value: JSONValue)] {
        func number(_ value: (some BinaryInteger)?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
        return [
            ("concurrency", number(concurrency)), ("timeoutMs", number(timeoutMs)),
            ("stepTimeoutMs", number(stepTimeoutMs)), ("retry", retry?.json ?? .null),
            ("traceSteps", number(traceSteps)), ("progressMs", number(progressMs)),
            ("keepRunsDays", number(keepRunsDays)),
        ]
    }

    package var json: JSONValue {
        .object(Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
    }
}

extension RetryPolicy {
    package var json: JSONValue {
        [
            "maxAttempts": .integer(Int64(maxAttempts)), "backoffMs": .integer(backoffMs),
            "on": .array(on.map { .string($0.rawValue) }),
        ]
    }
}
