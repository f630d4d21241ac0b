import Domain
package import Executions
package import Flows
package import Wire

extension Slice {
    /// Starting, reading and steering runs; the queue.
    static let executions = Slice(
        routes: Routes.bulk + Routes.executions + Routes.attempts + Routes.output + Routes.artifacts
            + Routes.queue + Routes.projectSettings + Routes.report,
        answers: AnswerShapes.executions.merging(AnswerShapes.events) { first, _ in first })
}

extension OwnedKind {
    static let execution = OwnedKind("execution") { try $0.findExecutions.project(of: ID($1)) }
}

extension Services {
    package var planRun: PlanRun {
        PlanRun(resolve: resolve, testItems: testItems, environments: environments, settings: settingsStore)
    }
    package var settingsStore: SettingsStore { SettingsStore(pool: pool) }
    package var startRun: StartRun { StartRun(plan: planRun, start: StartExecution(pool: pool)) }
    package var cancelExecution: CancelExecution { CancelExecution(pool: pool) }
    package var retryExecution: RetryExecution { RetryExecution(pool: pool) }
    package var findExecutions: FindExecutions { FindExecutions(pool: pool) }
    package var readAttempts: ReadAttempts { ReadAttempts(pool: pool) }
    package var readTrace: ReadTrace { ReadTrace(pool: pool) }
    package var searchOutput: SearchOutput { SearchOutput(pool: pool, artifacts: artifacts) }
    package var readQueue: ReadQueue { ReadQueue(pool: pool) }
    package var readHealth: ReadHealth { ReadHealth(pool: pool) }
    package var artifacts: ArtifactStore { ArtifactStore(pool: pool, directory: artifactDirectory) }
}

extension ExecutionFault: ProblemConvertible {
    package var problem: Problem {
        switch self {
        case .notFound: Problem(.notFound)
        case .invalidTransition(let status): Problem(.invalidTransition, "The execution is \(status.rawValue).")
        case .staleFence: Problem(.staleFence)
        case .stepGap(let expected):
            Problem(.stepGap, "Send from step \(expected).", extensions: ["expected": .integer(Int64(expected))])
        case .sessionEnded: Problem(.sessionEnded, "Open a new session.")
        case .unauthorized: Problem(.unauthenticated)
        case .idempotencyConflict: Problem(.idempotencyConflict)
        case .invalid(let faults): .invalid(faults)
        case .versionMismatch(let current): .versionMismatch(current: current)
        case .tooLarge(let limit): Problem(.resourceLimit, limit)
        }
    }
}
