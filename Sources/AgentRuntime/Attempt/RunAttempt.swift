import Domain
import Wire

/// Budgets of one attempt in milliseconds; the defaults fit the server's limits with room for the report.
package struct AttemptBudgets: Sendable {
    /// From SIGTERM to SIGKILL.
    package var graceMs: Int64 = 5_000
    /// Of `always` steps after a cancel order: the server waits 15 s.
    package var afterCancelMs: Int64 = 13_500
    /// Of `always` steps after the time is up: the server waits 30 s.
    package var afterTimeoutMs: Int64 = 28_000

    package init() {}
}

/// What a single command may use; 0 = no limit of its own.
package struct CommandLimits: Sendable, Equatable {
    /// Bytes of one file it writes (`RLIMIT_FSIZE`).
    package var fileBytes: UInt64 = 1 << 30
    /// Bytes of address space of each of its processes (`RLIMIT_AS`).
    package var memoryBytes: UInt64 = 0

    package init() {}
}

/// Where an attempt tells what happens; called on its thread, in order.
protocol AttemptReporter {
    func began(_ step: RunningStep)
    func ended(_ result: StepResult, artifacts: [ArtifactFile])
}

/// How an attempt ended; nil verdict = dropped, say nothing.
struct AttemptOutcome: Equatable {
    var verdict: Verdict?
    var error: ExecutionError?
    var usage = ResourceUsage(cpuMs: 0, maxRssBytes: 0, bytesWritten: 0)
    var lastSequence = 0
}

/// Carries out one assignment step by step on the calling thread.
struct RunAttempt {
    let assignment: Assignment
    let control: AttemptControl
    let workspace: Workspace
    let clock: AgentClock
    let path: String
    let budgets: AttemptBudgets
    let limits: CommandLimits
    let programs: AgentPrograms
    private let live: LiveOutput
    private let forms: SecretForms
    private var variables: Variables
    private var outcome = AttemptOutcome()
    private var deadlineMs: Int64

    init(
        _ assignment: Assignment, control: AttemptControl, workspace: Workspace, clock: AgentClock, path: String,
        budgets: AttemptBudgets, limits: CommandLimits = CommandLimits(), programs: AgentPrograms = .installed,
        live: LiveOutput
    ) {
        self.assignment = assignment
        self.control = control
        self.workspace = workspace
        self.clock = clock
        self.path = path
        self.budgets = budgets
        self.limits = limits
        self.programs = programs
        self.live = live
        forms = SecretForms(assignment.secrets.values)
        variables = Variables(
            parameters: assignment.definition.parameters.merging(assignment.parameters) { _, given in given },
            environment: assignment.environment.variables, secrets: assignment.secrets)
        deadlineMs = clock.monotonicMs() + assignment.timeoutMs
    }

    /// Runs all steps; after the first that does not pass only `always` steps run, the others are recorded as skipped.
    mutating func callAsFunction(_ reporter: some AttemptReporter) -> AttemptOutcome {
        for (index, step) in assignment.definition.steps.enumerated() {
            noticeOrders()
            if control.drop.isUp {
                outcome.verdict = nil
                return outcome
            }
            outcome.lastSequence = index + 1
            guard mayRun(step) else {
                reporter.ended(skipped(step, index + 1), artifacts: [])
                continue
            }
            reporter.began(
                RunningStep(sequence: index + 1, path: "\(index + 1)", name: step.name, startedAt: clock.now()))
            let (result, artifacts) = run(step, sequence: index + 1)
            if control.drop.isUp {
                outcome.verdict = nil
                return outcome
            }
            reporter.ended(result, artifacts: artifacts)
        }
        noticeOrders()
        if outcome.verdict == nil { outcome.verdict = .passed }
        return outcome
    }

    /// A cancel order counts whenever it comes: also between steps and while cleaning up after a failure.
    private mutating func noticeOrders() {
        guard outcome.verdict != .cancelled, let cancelledAt = control.cancelTimeMs else { return }
        outcome.verdict = .cancelled
        outcome.error = nil
        deadlineMs = cancelledAt + budgets.afterCancelMs
    }

    private func mayRun(_ step: StepDefinition) -> Bool {
        guard outcome.verdict != nil else { return true }
        return step.always == true && clock.monotonicMs() < deadlineMs
    }

    private func bounds(of step: StepDefinition) -> StepBounds {
        let stepEnd = clock.monotonicMs() + (step.timeoutMs ?? assignment.stepTimeoutMs)
        let isStepFirst = stepEnd < deadlineMs
        return StepBounds(
            deadlineMs: min(stepEnd, deadlineMs), deadlineMeans: isStepFirst ? .stepTimeout : .executionTimeout,
            cancel: outcome.verdict == .cancelled ? nil : control.cancel, drop: control.drop, graceMs: budgets.graceMs)
    }

    private mutating func run(_ step: StepDefinition, sequence: Int) -> (StepResult, [ArtifactFile]) {
        let scope = StepScope(
            sequence: sequence, variables: variables, forms: forms, workspace: workspace, bounds: bounds(of: step),
            clock: clock, path: path, limits: limits, programs: programs, live: live)
        let startedAt = clock.now()
        let start = clock.monotonicMs()
        let action = perform(step, scope)
        let durationMs = max(0, clock.monotonicMs() - start)
        var result = StepResult(
            sequence: sequence, path: "\(sequence)", name: step.name, status: .passed, startedAt: startedAt,
            completedAt: startedAt.adding(ms: durationMs), durationMs: durationMs, input: action.input,
            output: action.output, timings: action.timings, resourceUsage: action.usage)
        settle(step, scope, action, &result)
        count(action.usage)
        conclude(result, action.interruption)
        return (result, action.artifacts)
    }

    private func perform(_ step: StepDefinition, _ scope: StepScope) -> ActionOutcome {
        do throws(PreconditionFailure) {
            let start = clock.monotonicMs()
            guard var outcome = try carryOut(step, scope) else { throw PreconditionFailure("the step has no action") }
            outcome.facts.durationMs = clock.monotonicMs() - start
            return outcome
        } catch {
            var outcome = ActionOutcome(input: ["kind": (step.action?.rawValue).map(JSONValue.string) ?? .null])
            outcome.failure = StepError(
                type: FaultCode.preconditionFailed, message: bounded(scope.redact(error.message)))
            return outcome
        }
    }

    private func carryOut(_ step: StepDefinition, _ scope: StepScope) throws(PreconditionFailure) -> ActionOutcome? {
        switch step.action {
        case .command: if let action = step.command { return try RunCommand(scope: scope)(action) }
        case .http: if let action = step.http { return try RunHTTP(scope: scope)(action) }
        case .wait: if let action = step.wait { return RunWait(scope: scope)(action) }
        case nil: break
        }
        return nil
    }

    /// Decides the status of a step from what happened.
    private mutating func settle(
        _ step: StepDefinition, _ scope: StepScope, _ action: ActionOutcome, _ result: inout StepResult
    ) {
        if let interruption = action.interruption {
            result.status = interruption == .cancelled ? .cancelled : .timeout
            result.error = interruptionError(interruption, result.durationMs)
            return
        }
        if let failure = action.failure {
            result.status = .error
            result.error = failure
            return
        }
        var judge = Judge(scope: scope, facts: action.facts)
        do {
            if let error = try judge.judge(step) {
                result.status = .failed
                result.error = error
            }
        } catch {
            result.status = .error
            result.error = StepError(type: FaultCode.preconditionFailed, message: bounded(scope.redact(error.message)))
        }
        if !judge.checks.isEmpty { result.checks = judge.checks }
        if result.status == .passed { takeCaptures(step, scope, action.facts, &result) }
    }

    private mutating func takeCaptures(
        _ step: StepDefinition, _ scope: StepScope, _ facts: StepFacts, _ result: inout StepResult
    ) {
        guard let captures = step.capture, !captures.isEmpty else { return }
        do {
            let values = try captureValues(captures, from: facts, scope)
            for (name, value) in values { variables.capture(name, value.text) }
            if result.output == nil { result.output = StepOutput() }
            result.output?.captures = values.mapValues(\.shown)
        } catch {
            result.status = .failed
            result.error = StepError(type: FaultCode.stepFailed, message: bounded(scope.redact(error.message)))
        }
    }

    private func interruptionError(_ interruption: Interruption, _ durationMs: Int64) -> StepError {
        switch interruption {
        case .stepTimeout:
            StepError(type: FaultCode.stepTimeout, message: "stopped after \(durationMs) ms: the step's time is up")
        case .executionTimeout:
            StepError(type: FaultCode.executionTimeout, message: "stopped after \(durationMs) ms: the run's time is up")
        case .cancelled, .dropped: StepError(type: "cancelled", message: "stopped because the run was cancelled")
        }
    }

    private mutating func conclude(_ result: StepResult, _ interruption: Interruption?) {
        if interruption == .cancelled { noticeOrders() }
        guard outcome.verdict == nil, result.status != .passed, let error = result.error else { return }
        outcome.verdict = result.status == .timeout ? .timeout : .failed
        let codes = [
            FaultCode.stepTimeout, FaultCode.executionTimeout, FaultCode.preconditionFailed, FaultCode.resourceLimit,
        ]
        outcome.error = ExecutionError(
            code: codes.contains(error.type) ? error.type : FaultCode.stepFailed,
            message: bounded("\(result.name): \(error.message)"))
        if interruption == .executionTimeout { deadlineMs = clock.monotonicMs() + budgets.afterTimeoutMs }
    }

    private mutating func count(_ usage: ResourceUsage?) {
        guard let usage else { return }
        outcome.usage.cpuMs = (outcome.usage.cpuMs ?? 0) + (usage.cpuMs ?? 0)
        outcome.usage.maxRssBytes = max(outcome.usage.maxRssBytes ?? 0, usage.maxRssBytes ?? 0)
        outcome.usage.bytesWritten = (outcome.usage.bytesWritten ?? 0) + (usage.bytesWritten ?? 0)
    }

    private func skipped(_ step: StepDefinition, _ sequence: Int) -> StepResult {
        let now = clock.now()
        return StepResult(
            sequence: sequence, path: "\(sequence)", name: step.name, status: .skipped, startedAt: now,
            completedAt: now, durationMs: 0)
    }
}
