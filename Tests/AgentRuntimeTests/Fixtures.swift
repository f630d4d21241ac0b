import Domain
import Glibc
import Synchronization
import Wire

@testable import AgentRuntime

/// A directory below /tmp that goes away with the object.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = "/tmp/assay-agent-test-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
        try makeDirectory(path)
    }

    deinit { removeTree(path) }

    func write(_ name: String, _ text: String) {
        _ = replaceFile("\(path)/\(name)", with: Array(text.utf8))
    }
}

func freshID<Entity>() -> ID<Entity> { ID(at: AgentClock.system.now()) }

func assignment(
    _ steps: [StepDefinition], parameters: [String: String] = [:], variables: [String: String] = [:],
    secrets: [String: String] = [:], timeoutMs: Int64 = 60_000, stepTimeoutMs: Int64 = 30_000,
    execution: ID<Execution> = freshID(), fence: Int = 1
) -> Assignment {
    Assignment(
        execution: execution, fence: fence, attempt: 1, project: "demo", name: "case",
        definition: CaseDefinition(key: "case", steps: steps), parameters: parameters,
        environment: Assignment.Environment(name: "test", variables: variables), secrets: secrets,
        timeoutMs: timeoutMs, stepTimeoutMs: stepTimeoutMs,
        deadlineAt: AgentClock.system.now().adding(ms: timeoutMs + 30_000), beatMs: 1_000, leaseMs: 4_000)
}

func shell(
    _ text: String, _ name: String = "step", expect: Expect? = nil, capture: [String: Capture]? = nil,
    timeoutMs: Int64? = nil, always: Bool? = nil
) -> StepDefinition {
    StepDefinition(
        name: name, command: CommandAction(shell: text), expect: expect, capture: capture, timeoutMs: timeoutMs,
        always: always)
}

/// Keeps what an attempt reports.
final class ReportKeeper: AttemptReporter, Sendable {
    let results = Mutex<[StepResult]>([])
    let artifacts = Mutex<[ArtifactFile]>([])
    let onBegan: @Sendable (RunningStep) -> Void

    init(onBegan: @escaping @Sendable (RunningStep) -> Void = { _ in }) { self.onBegan = onBegan }

    func began(_ step: RunningStep) { onBegan(step) }

    func ended(_ result: StepResult, artifacts: [ArtifactFile]) {
        results.withLock { $0.append(result) }
        self.artifacts.withLock { $0 += artifacts }
    }
}

/// One attempt run to its end in a directory of its own.
struct AttemptRun {
    let outcome: AttemptOutcome
    let steps: [StepResult]
    let artifacts: [ArtifactFile]
    let directory: TemporaryDirectory
    let control: AttemptControl

    init(
        _ assignment: Assignment, budgets: AttemptBudgets = AttemptBudgets(), limits: CommandLimits = CommandLimits(),
        cancelBefore: Bool = false,
        onBegan: @escaping @Sendable (RunningStep, AttemptControl) -> Void = { _, _ in }
    ) throws {
        let directory = try TemporaryDirectory()
        let control = AttemptControl(Holding(execution: assignment.execution, fence: assignment.fence))
        if cancelBefore { control.orderCancel(atMs: AgentClock.system.monotonicMs()) }
        let keeper = ReportKeeper { onBegan($0, control) }
        var attempt = RunAttempt(
            assignment, control: control, workspace: try Workspace(root: directory.path + "/w"), clock: .system,
            path: "/usr/bin:/bin", budgets: budgets, limits: limits, live: nobody())
        outcome = attempt(keeper)
        steps = keeper.results.withLock { $0 }
        artifacts = keeper.artifacts.withLock { $0 }
        self.directory = directory
        self.control = control
    }

    var statuses: [StepStatus] { steps.map(\.status) }
    var stdout: String { steps.first?.output?.stdout?.head ?? "" }
}

/// Live output that nobody sends.
func nobody() -> LiveOutput { LiveOutput(clock: .system, bell: Bell()) }

func budgets(graceMs: Int64 = 300) -> AttemptBudgets {
    var budgets = AttemptBudgets()
    budgets.graceMs = graceMs
    return budgets
}

/// Whether a process of that command line word runs.
func isRunning(_ word: String) -> Bool {
    directoryEntries("/proc").contains { entry in
        guard pid_t(entry) != nil, let line = fileBytes("/proc/\(entry)/cmdline") else { return false }
        return line.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == word }
    }
}

/// swift-testing has an `Expectation` too.
typealias Expect = Domain.Expectation
