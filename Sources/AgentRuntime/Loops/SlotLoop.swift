import Daemon
import Domain
import Wire

/// One runner: takes an offer, accepts it, carries it out and waits until the server has the result.
///
/// Children are started and waited for on this thread, because they die with the thread that started them.
final class SlotLoop {
    private let runtime: Runtime

    init(_ runtime: Runtime) { self.runtime = runtime }

    func run() {
        while let offer = runtime.offers.take(clock: runtime.clock) {
            if runtime.session.isDraining {
                runtime.offers.forget(offer)
            } else if let assignment = accept(offer) {
                carryOut(assignment)
            }
        }
    }

    private func accept(_ offer: Offer) -> Assignment? {
        let giveUpAt = runtime.clock.monotonicMs() + OfferBoard.validMs
        while runtime.session.id != nil {
            switch runtime.accepts.post(offer) {
            case .ok(let assignment): return assignment
            case .refused(401, _, _, _):
                runtime.revoke()
                return nil
            case .refused(_, let code, let detail, _):
                runtime.log.info("offer.lost", ["executionId": "\(offer.execution)", "why": "\(code) \(detail)"])
                return nil
            case .unavailable(let why):
                // Accept is idempotent: the first try may have arrived.
                guard runtime.clock.monotonicMs() < giveUpAt, runtime.pause(100) else {
                    runtime.log.warning("offer.lost", ["executionId": "\(offer.execution)", "why": .text(why)])
                    runtime.offers.forget(offer)
                    return nil
                }
            }
        }
        runtime.offers.forget(offer)
        return nil
    }

    private func carryOut(_ assignment: Assignment) {
        let holding = Holding(execution: assignment.execution, fence: assignment.fence)
        let control = AttemptControl(holding)
        runtime.attempts.add(control)
        defer { runtime.attempts.remove(control) }
        let log = runtime.log.with([
            "executionId": "\(holding.execution)", "fence": .count(holding.fence),
            "attempt": .count(assignment.attempt),
        ])
        log.info("attempt.started")
        let spool = try? Spool(directory: runtime.configuration.spoolDirectory, holding: holding)
        let outbox = Outbox(
            holding, spool: spool, clock: runtime.clock, outputMs: assignment.progressMs)
        let runtime = runtime
        let sender = WorkerThread("assay-sender") { Sender(runtime, control, outbox).run() }
        let outcome = run(assignment, control, outbox)
        if let verdict = outcome.verdict {
            outbox.finish(
                FinishRequest(
                    fence: holding.fence, lastSeq: outcome.lastSequence, verdict: verdict, error: outcome.error,
                    resourceUsage: outcome.usage))
        } else {
            control.orderDrop()
            outbox.wake()
        }
        sender.join()
        removeTree(workspacePath(holding))
        log.info("attempt.ended", ["verdict": .text(outcome.verdict?.rawValue ?? "dropped")])
    }

    private func run(_ assignment: Assignment, _ control: AttemptControl, _ outbox: Outbox) -> AttemptOutcome {
        do {
            let workspace = try Workspace(root: workspacePath(control.holding))
            var attempt = RunAttempt(
                assignment, control: control, workspace: workspace, clock: runtime.clock,
                path: runtime.configuration.path, budgets: runtime.configuration.budgets,
                limits: runtime.configuration.limits, programs: runtime.configuration.programs, live: outbox.live)
            return attempt(outbox)
        } catch {
            var outcome = AttemptOutcome(verdict: .failed)
            outcome.error = ExecutionError(code: FaultCode.resourceLimit, message: error.message)
            return outcome
        }
    }

    private func workspacePath(_ holding: Holding) -> String {
        "\(runtime.configuration.workDirectory)/\(holding.fileName)"
    }
}
