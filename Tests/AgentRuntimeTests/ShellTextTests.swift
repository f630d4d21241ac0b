import Domain
import Testing
import Wire

@testable import AgentRuntime

@Suite struct ShellTextTests {
    /// What a hostile pull request would be called.
    static let hostile = [
        "$(touch pwned)", "`touch pwned`", "'; touch pwned; '", "\"; touch pwned; \"", "a\ntouch pwned\n",
        "EOF\ntouch pwned",
        "*", "-n a  b", "\\", "${HOME}", "'\"'\"'", "é\r\n\t",
    ]

    @Test(arguments: [
        #"printf %s "${x}""#, "printf %s '${x}'", #"printf %s a"${x}"b"#, #"printf %s "$(printf %s '${x}')""#,
        #"printf %s "`printf %s "${x}"`""#, "cat <<EOF\n${x}\nEOF",
        "cat <<-EOF; printf %s '${x}'\n\tit's ${x}\n\tEOF\n",
        "# don't\nprintf %s '${x}'", #"printf %s "it's ${x}""#,
        #"case "${x}" in a) echo a;; *) printf %s '${x}';; esac"#,
        "echo $((1<<2)); printf %s '${x}'", #"printf '%s' '{"a": "${x}"}' "\"${x}\"""#, "(printf %s '${x}')",
    ])
    func `a value is text wherever it stands`(script: String) throws {
        for value in Self.hostile {
            let run = try AttemptRun(
                assignment([shell(script), shell("ls; test ! -e pwned")], parameters: ["x": value]))
            #expect(run.statuses == [.passed, .passed], "\(script) \(value)")
            let output = run.stdout
            // `$(…)` of a shell takes line ends at the end away.
            let kept = script.contains("$(p") || script.contains("`p") ? value.withoutLineEnds : value
            #expect(output.contains(kept), "\(script) \(value): \(output)")
        }
    }

    @Test func `outside quotes a value is split as any variable of a shell`() throws {
        let run = try AttemptRun(assignment([shell("set -- ${x}; echo $#")], parameters: ["x": "a b;c"]))
        #expect(run.stdout == "2\n")
    }

    @Test func `raw pastes, and a literal reference stays the shell's`() throws {
        let run = try AttemptRun(
            assignment([shell("y=2; ${raw:x} $${y} '$${y}'")], parameters: ["x": "echo 1;echo"]))
        #expect(run.stdout == "1\n2 ${y}\n")
    }

    @Test func `the trace shows the text as written and the values beside it`() throws {
        let run = try AttemptRun(
            assignment([shell("echo ${x} '${secret:KEY}'")], parameters: ["x": "1"], secrets: ["KEY": "sesame"]))
        #expect(run.stdout == "1 ••••\n")
        let input = run.steps.first?.input
        #expect(input?["command"] == "echo ${x} '${secret:KEY}'")
        #expect(input?["variables"] == ["x": "1", "secret:KEY": "••••"])
    }

    @Test func `names that a shell cannot have do not collide`() throws {
        let text = try ShellText(
            "${a-b} ${a.b} ${a-b}", Variables(parameters: ["a-b": "1", "a.b": "2"], environment: [:], secrets: [:]))
        #expect(text.text == "${ASSAY_a_b} ${ASSAY_a_b_} ${ASSAY_a_b}")
        #expect(text.environment == ["ASSAY_a_b": "1", "ASSAY_a_b_": "2"])
    }

    @Test func `a here-document that takes no variables refuses them`() throws {
        let run = try AttemptRun(assignment([shell("cat <<'EOF'\n${x}\nEOF")], parameters: ["x": "1"]))
        #expect(run.statuses == [.error] && run.outcome.error?.message.contains("quoted end") == true)
        let raw = try AttemptRun(assignment([shell("cat <<'EOF'\n${raw:x}$\nEOF\necho ${x}")], parameters: ["x": "1"]))
        #expect(raw.stdout == "1$\n1\n")
    }

    @Test func `arguments of a command stay as they were`() throws {
        let step = StepDefinition(name: "s", command: CommandAction(argv: ["echo", "a${x}b", "${raw:x}"]))
        #expect(try AttemptRun(assignment([step], parameters: ["x": "'$(id)'"])).stdout == "a'$(id)'b '$(id)'\n")
    }
}

extension String {
    fileprivate var withoutLineEnds: String {
        var rest = unicodeScalars
        while rest.last == "\n" { rest.removeLast() }
        return String(rest)
    }
}
