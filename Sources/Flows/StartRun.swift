package import Domain
package import Executions

/// Starts a run from keys, whoever asks for it: plans it, then makes it in one transaction.
package struct StartRun: Sendable {
    private let plan: PlanRun
    private let start: StartExecution

    package init(plan: PlanRun, start: StartExecution) {
        self.plan = plan
        self.start = start
    }

    /// - Parameter alongside: what is written with the run and not for a replay; gets the plan for the audit log.
    /// - Throws: `ExecutionFault.invalid` naming every key that leads nowhere, `.idempotencyConflict`.
    package func start(
        _ wish: RunWish, in project: ProjectRef, startedBy: FrozenRequest.Starter, idempotency: IdempotencyKey?,
        alongside: (FrozenRequest) -> Alongside
    ) throws -> StartResult {
        var request = try plan.plan(wish, in: project, startedBy: startedBy, idempotency: idempotency)
        request.alongside = alongside(request.request)
        return try start.start(request)
    }
}
