import Doubles
import Domain
import Glibc
import Testing
import Wire

@testable import AgentRuntime

@Suite struct ReaperTests {
    /// Processes that try to get away: forked twice, in a session of their own, without the environment they were given.
    private func runaways(_ mark: String) -> String {
        """
        setsid sleep \(mark) & (setsid sh -c 'sleep \(mark) & sleep \(mark)' &)
        env -i /usr/bin/setsid /bin/sh -c '(trap "" TERM HUP; /usr/bin/setsid /bin/sleep \(mark) &)' &
        until [ $(pgrep -fxc 'sleep \(mark)|/bin/sleep \(mark)') -ge 4 ]; do :; done
        """
    }

    private func mark() -> String { "1238.\(UInt32.random(in: 1...999_999_999))" }

    @Test func `nothing that a step has started outlives it`() throws {
        let mark = mark()
        let start = Doubles.Bell.nowMs()
        let run = try AttemptRun(assignment([shell(runaways(mark)), shell("sleep 0")]))
        #expect(run.statuses == [.passed, .passed])
        #expect(!isRunning(mark) && Doubles.Bell.nowMs() - start < 10_000)
    }

    @Test func `nothing that a step has started outlives its time`() throws {
        let mark = mark()
        let run = try AttemptRun(
            assignment([shell(runaways(mark) + "; echo ready; trap '' TERM; sleep 60; sleep 60", timeoutMs: 3_000)]),
            budgets: budgets(graceMs: 100))
        #expect(run.statuses == [.timeout] && run.stdout == "ready\n")
        #expect(run.steps.first?.output?.signal == 9 && !isRunning(mark))
    }

    @Test func `nothing that a dropped attempt has started outlives it`() throws {
        let mark = mark()
        let run = try AttemptRun(assignment([shell(runaways(mark) + "; sleep 60")])) { _, control in
            startThread {
                _ = Doubles.Bell().wait { isRunning(mark) }
                control.orderDrop()
            }
        }
        #expect(run.outcome.verdict == nil && !isRunning(mark))
    }

    @Test func `nothing outlives an agent that is killed`() throws {
        let mark = mark()
        let directory = try TemporaryDirectory()
        // A shell stands for the agent: the reaper's parent, killed without a word.
        directory.write(
            "agent.sh",
            """
            "$1" /bin/sh sh -c "$2" 3>/dev/null &
            wait
            """)
        // As if `sh` were the reaper: it is started alone, with nobody to clear up in its place.
        let spec = ChildSpec(
            reaper: "/bin/sh", program: directory.path + "/agent.sh",
            arguments: [AgentPrograms.installed.reaper, runaways(mark) + "; sleep \(mark); sleep \(mark)"],
            environment: ["PATH=/usr/bin:/bin"], directory: "/", inputDescriptor: open("/dev/null", O_RDWR))
        defer { close(spec.inputDescriptor) }
        let input = spec.inputDescriptor
        let agent = try spawn(spec, output: input, error: input, report: input)
        #expect(Doubles.Bell().wait { isRunning(mark) })
        kill(agent, SIGKILL)
        waitpid(agent, nil, 0)
        #expect(Doubles.Bell().wait { !isRunning(mark) })
    }

    @Test func `a step whose reaper is killed is an error and leaves nothing`() throws {
        let mark = mark()
        let run = try AttemptRun(assignment([shell("setsid sleep \(mark) & kill -9 $PPID; sleep \(mark)")]))
        #expect(run.statuses == [.error] && run.outcome.error?.message.contains("watched over") == true)
        #expect(!isRunning(mark))
    }

    @Test func `a reaper that is stopped does not hold the agent up`() throws {
        let mark = mark()
        let run = try AttemptRun(
            assignment([shell("kill -STOP $PPID; sleep \(mark)", timeoutMs: 300)]), budgets: budgets(graceMs: 50))
        #expect(run.statuses == [.timeout] || run.statuses == [.error])
        #expect(!isRunning(mark))
    }

    @Test func `memory is the command's own`() throws {
        let small = try AttemptRun(assignment([StepDefinition(name: "s", command: CommandAction(argv: ["true"]))]))
        let bytes = try #require(small.steps.first?.resourceUsage?.maxRssBytes)
        #expect(bytes > 0 && bytes < 6 << 20, "\(bytes)")
        let large = try AttemptRun(
            assignment([
                StepDefinition(
                    name: "s",
                    command: CommandAction(argv: ["dd", "if=/dev/zero", "of=/dev/null", "bs=40M", "count=1"]))
            ]))
        #expect((large.steps.first?.resourceUsage?.maxRssBytes ?? 0) > 40 << 20)
    }

    @Test func `an agent without its reaper does not start`() throws {
        let directory = try TemporaryDirectory()
        let configuration = AgentConfiguration(
            url: "http://127.0.0.1:1", stateDirectory: directory.path + "/a", name: "x",
            programs: AgentPrograms(directory: directory.path))
        #expect { try AgentProcess(configuration) } throws: { "\($0)".contains("assay-reaper' is missing") }
    }
}

@Suite struct PatternSearchTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func scope() throws -> StepScope {
        StepScope(
            sequence: 1, variables: Variables(parameters: [:], environment: [:], secrets: [:]), forms: SecretForms([]),
            workspace: try Workspace(root: directory.path),
            bounds: StepBounds(deadlineMs: .max, deadlineMeans: .stepTimeout, drop: Latch()), clock: .system,
            path: "", limits: CommandLimits(), programs: .installed, live: nobody())
    }

    @Test func `a search tells where group 1 or the match stands`() throws {
        let search = PatternSearch(scope: try scope())
        #expect(try search.first("b(c)?", in: "abc") == 2..<3)
        #expect(try search.first("é+", in: "aéé\r\nb") == 1..<5)
        #expect(try search.first("z", in: "abc") == nil)
        #expect(try search.first("b(z)?", in: "abc") == nil)
        #expect(try search.first("^$", in: "") == 0..<0)
        #expect(throws: PreconditionFailure.self) { try search.first("(", in: "abc") }
    }

    @Test func `a search that would take for ever is killed, and no thread is left to it`() throws {
        var search = PatternSearch(scope: try scope())
        search.limitMs = 300
        let mark = "^(a+)+$(?:\(UInt32.random(in: 1...999_999)))?"
        let before = directoryEntries("/proc/self/task").count
        let start = Doubles.Bell.nowMs()
        #expect(throws: PreconditionFailure.self) {
            try search.first(mark, in: String(repeating: "a", count: 60) + "b")
        }
        #expect(Doubles.Bell.nowMs() - start < 2_900 && !isRunning(mark))
        #expect(directoryEntries("/proc/self/task").count <= before + 8)
    }
}
