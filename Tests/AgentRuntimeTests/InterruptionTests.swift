import Doubles
import Domain
import Glibc
import Testing
import Wire

@testable import AgentRuntime

@Suite struct InterruptionTests {
    /// A group with a child and a grandchild that ignore SIGTERM.
    private func stubborn(_ mark: String) -> String {
        "trap '' TERM; sh -c 'trap \"\" TERM; sleep \(mark)' & sleep \(mark)"
    }

    @Test func `a step's time limit ends the whole process group`() throws {
        let mark = "1234.\(UInt32.random(in: 1...999_999))"
        let start = Doubles.Bell.nowMs()
        let run = try AttemptRun(
            assignment([shell("echo begun; " + stubborn(mark), "slow", timeoutMs: 200), shell("true")]),
            budgets: budgets(graceMs: 200))
        #expect(Doubles.Bell.nowMs() - start < 3_000)
        #expect(run.statuses == [.timeout, .skipped])
        #expect(run.outcome.verdict == .timeout && run.outcome.error?.code == "step_timeout")
        #expect(run.steps.first?.output?.stdout?.head == "begun\n")
        #expect(run.steps.first?.output?.signal == 9)
        #expect(!isRunning(mark))
    }

    @Test func `a command that obeys SIGTERM is not killed`() throws {
        let run = try AttemptRun(
            assignment([shell("trap 'echo bye; exit 5' TERM; while :; do sleep 0.05; done", timeoutMs: 200)]))
        #expect(run.statuses == [.timeout])
        #expect(run.steps.first?.output?.stdout?.head == "bye\n" && run.steps.first?.output?.exitCode == 5)
    }

    @Test func `the run's time limit still lets cleaning steps run`() throws {
        let run = try AttemptRun(
            assignment(
                [shell("sleep 60"), shell("true"), shell("echo cleaned", always: true)], timeoutMs: 200))
        #expect(run.statuses == [.timeout, .skipped, .passed])
        #expect(run.outcome.verdict == .timeout && run.outcome.error?.code == "execution_timeout")
    }

    @Test func `a cancel reaches a running command within a second`() throws {
        let ordered = Mark()
        let run = try AttemptRun(
            assignment([shell("sleep 60", "long"), shell("true"), shell("echo cleaned", always: true)]),
            onBegan: { step, control in
                guard step.sequence == 1 else { return }
                startThread {
                    ordered.set()
                    control.orderCancel(atMs: AgentClock.system.monotonicMs())
                }
            })
        #expect(ordered.elapsedMs < 1_000)
        #expect(run.statuses == [.cancelled, .skipped, .passed])
        #expect(run.outcome.verdict == .cancelled && run.outcome.error == nil)
        #expect(run.steps.first?.error?.type == "cancelled")
    }

    @Test func `a cancel reaches a wait and an exchange`() throws {
        let server = try HTTPServerDouble(script: [.silence])
        let steps = [
            StepDefinition(name: "wait", wait: WaitAction(durationMs: 60_000)),
            StepDefinition(name: "http", http: HTTPAction(url: server.url)),
        ]
        for step in steps {
            let start = Doubles.Bell.nowMs()
            let run = try AttemptRun(assignment([step])) { _, control in
                startThread { control.orderCancel(atMs: AgentClock.system.monotonicMs()) }
            }
            #expect(run.statuses == [.cancelled] && run.outcome.verdict == .cancelled)
            #expect(Doubles.Bell.nowMs() - start < 1_000)
        }
    }

    @Test func `a cancel before the first step skips everything but cleaning`() throws {
        let run = try AttemptRun(
            assignment([shell("true"), shell("echo cleaned", always: true)]), cancelBefore: true)
        #expect(run.statuses == [.skipped, .passed] && run.outcome.verdict == .cancelled)
    }

    @Test func `cleaning after a cancel has a budget`() throws {
        var budgets = budgets(graceMs: 100)
        budgets.afterCancelMs = 300
        let steps = [shell("sleep 60", "slow clean", always: true), shell("true", "late clean", always: true)]
        let run = try AttemptRun(assignment(steps), budgets: budgets, cancelBefore: true)
        #expect(run.statuses == [.timeout, .skipped] && run.outcome.verdict == .cancelled)
    }

    @Test func `a cancel after a failure wins`() throws {
        let run = try AttemptRun(assignment([shell("exit 1"), shell("sleep 60", always: true)])) { step, control in
            if step.sequence == 2 { control.orderCancel(atMs: AgentClock.system.monotonicMs()) }
        }
        #expect(run.statuses == [.failed, .cancelled] && run.outcome.verdict == .cancelled)
    }

    @Test func `a dropped attempt ends at once and says nothing`() throws {
        let mark = "1235.\(UInt32.random(in: 1...999_999))"
        let start = Doubles.Bell.nowMs()
        let run = try AttemptRun(assignment([shell(stubborn(mark))])) { _, control in
            startThread { control.orderDrop() }
        }
        #expect(run.outcome.verdict == nil && run.steps.isEmpty)
        #expect(Doubles.Bell.nowMs() - start < 2_000 && !isRunning(mark))
        let wait = try AttemptRun(assignment([StepDefinition(name: "w", wait: WaitAction(durationMs: 60_000))])) {
            $1.orderDrop()
        }
        #expect(wait.outcome.verdict == nil)
    }

    @Test func `time limits hold for waits and exchanges`() throws {
        let server = try HTTPServerDouble(script: [.silence])
        let wait = try AttemptRun(
            assignment([StepDefinition(name: "w", wait: WaitAction(durationMs: 60_000), timeoutMs: 50)]))
        #expect(wait.statuses == [.timeout] && wait.outcome.error?.code == "step_timeout")
        let http = try AttemptRun(
            assignment([StepDefinition(name: "h", http: HTTPAction(url: server.url))], timeoutMs: 150))
        #expect(http.statuses == [.timeout] && http.outcome.error?.code == "execution_timeout")
        let short = try AttemptRun(assignment([StepDefinition(name: "w", wait: WaitAction(durationMs: 5))]))
        #expect(short.statuses == [.passed])
    }

    @Test func `a background process does not outlive its step`() throws {
        let mark = "1236.\(UInt32.random(in: 1...999_999))"
        let start = Doubles.Bell.nowMs()
        let run = try AttemptRun(assignment([shell("sleep \(mark) & echo started")]))
        #expect(run.statuses == [.passed] && Doubles.Bell.nowMs() - start < 2_000 && !isRunning(mark))
    }

    @Test func `leftovers of a killed agent are found by their home`() throws {
        let directory = try TemporaryDirectory()
        let mark = "1237.\(UInt32.random(in: 1...999_999))"
        let work = directory.path + "/work"
        let workspace = try Workspace(root: work + "/x-1")
        let started = Mark()
        let bell = Doubles.Bell()
        startThread {
            let spec = ChildSpec(
                reaper: AgentPrograms.installed.reaper, program: "/bin/sleep", arguments: ["sleep", mark],
                environment: ["HOME=\(workspace.home)"],
                directory: "/", inputDescriptor: open("/dev/null", O_RDONLY))
            let bounds = StepBounds(
                deadlineMs: AgentClock.system.monotonicMs() + 60_000, deadlineMeans: .stepTimeout, drop: Latch())
            let end = try? runChild(spec, within: bounds, clock: .system) { _, _ in }
            if end?.signal == 9 { started.set() }
            bell.ring()
        }
        #expect(bell.wait { isRunning(mark) })
        clearLeftovers(workDirectory: work)
        #expect(bell.wait { started.isSet })
        #expect(directoryEntries(work).isEmpty)
    }
}
