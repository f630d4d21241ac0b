import Doubles
import Domain
import Glibc
import Testing
import Wire

@testable import AgentRuntime

@Suite struct CommandStepTests {
    @Test func `a shell command passes with its output and usage`() throws {
        let run = try AttemptRun(assignment([shell("echo out; echo err >&2; head -c 10000 /dev/zero > file")]))
        let step = try #require(run.steps.first)
        #expect(run.outcome.verdict == .passed && run.outcome.error == nil && run.outcome.lastSequence == 1)
        #expect(step.status == .passed && step.sequence == 1 && step.path == "1")
        #expect(step.output?.exitCode == 0)
        #expect(step.output?.stdout == StreamExcerpt(head: "out\n", bytes: 4))
        #expect(step.output?.stderr == StreamExcerpt(head: "err\n", bytes: 4))
        #expect((step.resourceUsage?.maxRssBytes ?? 0) > 100_000)
        #expect((run.outcome.usage.maxRssBytes ?? 0) > 100_000)
        #expect(step.input?["kind"]?.string == "command")
        #expect(step.checks?.map(\.kind) == ["exitCode"])
        #expect(step.completedAt >= step.startedAt)
    }

    @Test func `a command gets exactly its declared environment`() throws {
        let step = StepDefinition(
            name: "env", command: CommandAction(argv: ["env"], env: ["WORD": "a ${x}", "LANG": "C"]))
        let run = try AttemptRun(assignment([step], parameters: ["x": "b"]))
        let home = run.directory.path + "/w/home"
        // A build that measures coverage adds a variable of its runtime's.
        let variables = run.stdout.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("__LLVM_PROFILE") }
        #expect(
            Set(variables) == [
                "HOME=\(home)", "LANG=C", "PATH=/usr/bin:/bin", "TMPDIR=\(run.directory.path)/w/tmp", "WORD=a b",
            ])
    }

    @Test func `a command inherits no descriptors and starts in the workspace`() throws {
        let run = try AttemptRun(assignment([shell("ls /proc/self/fd | wc -l; pwd; mkdir sub")]))
        #expect(run.stdout == "4\n\(run.directory.path)/w/home\n")
        var step = shell("pwd")
        step.command?.cwd = "sub"
        let second = try AttemptRun(assignment([shell("mkdir sub"), step]))
        #expect(second.steps.last?.output?.stdout?.head.hasSuffix("/w/home/sub\n") == true)
    }

    @Test func `standard input is handed over or empty`() throws {
        var step = shell("cat; echo end")
        step.command?.stdin = "hello ${who}"
        #expect(try AttemptRun(assignment([step], variables: ["who": "you"])).stdout == "hello youend\n")
        #expect(try AttemptRun(assignment([shell("cat; echo end")])).stdout == "end\n")
    }

    @Test func `a wrong exit code fails and the rest is skipped`() throws {
        let run = try AttemptRun(assignment([shell("exit 3", "bad"), shell("true"), shell("echo x", always: true)]))
        #expect(run.outcome.verdict == .failed)
        #expect(run.outcome.error == ExecutionError(code: "step_failed", message: "bad: exit code is 3, expected 0"))
        #expect(run.statuses == [.failed, .skipped, .passed])
        #expect(run.outcome.lastSequence == 3)
    }

    @Test(arguments: [
        (Expect(exitCode: 7), true), (Expect(exitCode: 7, stdout: .contains("wor")), true),
        (Expect(exitCode: 7, stdout: .equals("two words")), true),
        (Expect(exitCode: 7, stdout: .notContains("wor")), false),
        (Expect(exitCode: 7, stdout: .matches("^t.o \\w+")), true),
        (Expect(exitCode: 7, stdout: .matches("three")), false),
        (Expect(exitCode: 7, stderr: .contains("oops")), true),
        (Expect(exitCode: 7, stderr: .equals("no")), false),
        (Expect(exitCode: 7, maxDurationMs: 60_000), true),
        (Expect(stdout: .contains("wor")), false),
    ])
    func `matchers judge exit code and streams`(expect: Expect, passes: Bool) throws {
        let run = try AttemptRun(assignment([shell("echo two words; echo oops >&2; exit 7", expect: expect)]))
        #expect(run.statuses == [passes ? .passed : .failed])
        #expect(run.steps.first?.checks?.allSatisfy(\.passed) == passes)
    }

    @Test func `too long is told with both durations`() throws {
        let run = try AttemptRun(assignment([shell("sleep 0.05", expect: Expect(maxDurationMs: 1))]))
        #expect(run.outcome.error?.message.contains("at most 1 ms are allowed") == true)
    }

    @Test func `what cannot run is an error and names the reason`() throws {
        let cases: [(StepDefinition, String)] = [
            (StepDefinition(name: "s", command: CommandAction(argv: ["no-such-program"])), "not found"),
            (StepDefinition(name: "s", command: CommandAction(argv: ["/etc/passwd"])), "Permission denied"),
            (StepDefinition(name: "s", command: CommandAction(argv: ["true"], cwd: "absent")), "cannot enter"),
            (StepDefinition(name: "s", command: CommandAction(argv: ["true"], cwd: "../..")), "outside"),
            (StepDefinition(name: "s", command: CommandAction(argv: [""])), "names no program"),
            (StepDefinition(name: "s", command: CommandAction(argv: ["true"], env: ["A=B": ""])), "environment"),
            (StepDefinition(name: "s", command: CommandAction(argv: ["true"], artifacts: ["../x"])), "outside"),
            (shell("echo ${nope}"), "'nope' is not set"),
            (shell("echo ${secret:NOPE}"), "secret 'NOPE' is not set"),
            (shell("echo ${nope"), "without '}'"),
            (StepDefinition(name: "s"), "no action"),
            (shell("echo x", expect: Expect(stdout: .matches("("))), "not a regular expression"),
        ]
        for (step, words) in cases {
            let run = try AttemptRun(assignment([step]))
            #expect(run.statuses == [.error])
            #expect(run.outcome.verdict == .failed && run.outcome.error?.code == "precondition_failed")
            #expect(run.steps.first?.error?.message.contains(words) == true, "\(run.steps.first?.error?.message ?? "")")
        }
    }

    @Test func `a long stream keeps its ends and becomes an artifact`() throws {
        let run = try AttemptRun(assignment([shell("echo start; seq 1 20000; echo finish")]))
        let stdout = try #require(run.steps.first?.output?.stdout)
        #expect(stdout.head.hasPrefix("start\n1\n") && stdout.head.utf8.count == 4_096)
        #expect(stdout.tail.hasSuffix("20000\nfinish\n") && stdout.tail.utf8.count == 4_096)
        #expect(stdout.artifact == "step-1-stdout.txt" && stdout.droppedBytes == 0)
        let file = try #require(run.artifacts.first)
        let content = try #require(fileBytes(file.path))
        #expect(Int64(content.count) == stdout.bytes)
        #expect(content.starts(with: Array("start\n1\n".utf8)) && content.suffix(7).elementsEqual("finish\n".utf8))
    }

    @Test func `a stream of more than the file cap is cut and counted`() throws {
        let run = try AttemptRun(assignment([shell("head -c 70000000 /dev/zero")]))
        let stdout = try #require(run.steps.first?.output?.stdout)
        #expect(stdout.bytes == 70_000_000 && stdout.droppedBytes == 70_000_000 - 67_108_864)
        #expect(run.artifacts.first?.droppedBytes == stdout.droppedBytes)
    }

    @Test func `matchers see both ends of a long stream`() throws {
        let expect = Expect(stdout: .contains("the end"))
        let run = try AttemptRun(
            assignment([shell("head -c 3000000 /dev/zero | tr '\\0' x; echo the end", expect: expect)]))
        #expect(run.statuses == [.passed])
    }

    @Test func `artifacts are collected by pattern, redacted, and not through links`() throws {
        var step = shell(
            """
            mkdir -p reports/deep; echo a > reports/a.xml; echo sesame > reports/deep/b.xml; echo c > c.log
            ln -s /etc/passwd reports/link.xml; mkdir reports/dir.xml
            """)
        step.command?.artifacts = ["reports/**/*.xml", "*.log", "absent/*"]
        let run = try AttemptRun(assignment([step], secrets: ["WORD": "sesame"]))
        #expect(run.artifacts.map(\.name) == ["step-1-c.log", "step-1-reports_a.xml", "step-1-reports_deep_b.xml"])
        #expect(run.artifacts.map(\.mediaType) == ["text/plain; charset=utf-8", "application/xml", "application/xml"])
        #expect(run.artifacts.last.flatMap { fileBytes($0.path) } == Array("••••\n".utf8))
    }

    @Test func `a command is held to its limits`() throws {
        var limits = CommandLimits()
        limits.fileBytes = 1 << 20
        let step = StepDefinition(
            name: "big", command: CommandAction(argv: ["dd", "if=/dev/zero", "of=x", "bs=2M", "count=2"]))
        let run = try AttemptRun(assignment([step]), limits: limits)
        #expect(run.statuses == [.error] && run.outcome.error?.code == "resource_limit")
        limits.memoryBytes = 64 << 20
        let hungry = StepDefinition(
            name: "hungry", command: CommandAction(argv: ["dd", "if=/dev/zero", "of=/dev/null", "bs=256M", "count=1"]))
        #expect(try AttemptRun(assignment([hungry]), limits: limits).statuses == [.failed])
    }

    @Test func `captures go into later steps`() throws {
        let captures: [String: Capture] = [
            "id": Capture(from: .stdout, regex: "id=(\\d+)"), "all": Capture(from: .stdout),
            "note": Capture(from: .stderr, pointer: "/a/0"), "code": Capture(from: .exitCode),
        ]
        let run = try AttemptRun(
            assignment([
                shell("echo id=42; echo '{\"a\":[\"x\"]}' >&2", capture: captures),
                shell("echo ${id} ${note} ${code} '${all}' $${HOME} $x"),
            ]))
        #expect(run.steps.last?.output?.stdout?.head == "42 x 0 id=42 \(run.directory.path)/w/home\n")
        #expect(run.steps.first?.output?.captures?["id"] == "42")
    }

    @Test(arguments: [
        Capture(from: .stdout, regex: "nothing"), Capture(from: .stdout, pointer: "/a"),
        Capture(from: .header, header: "X"), Capture(from: .status), Capture(from: .body),
    ])
    func `a capture that finds nothing fails the step`(capture: Capture) throws {
        let run = try AttemptRun(assignment([shell("echo x", capture: ["v": capture])]))
        #expect(run.statuses == [.failed])
        #expect(run.outcome.error?.message.contains("cannot capture 'v'") == true)
    }
}
