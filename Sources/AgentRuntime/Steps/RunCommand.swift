import Domain
import Glibc
import Wire

/// Runs a `command` step.
struct RunCommand {
    let scope: StepScope

    func callAsFunction(_ action: CommandAction) throws(PreconditionFailure) -> ActionOutcome {
        let shell = try action.shell.map { text throws(PreconditionFailure) in try ShellText(text, scope.variables) }
        let words = try words(of: action, shell)
        let directory = try scope.workspace.directory(action.cwd.map(scope.variables.substitute))
        var outcome = ActionOutcome(input: input(words, action, shell, directory))
        var spec = try spec(words, action, shell, directory)
        defer { close(spec.inputDescriptor) }
        guard let program = findProgram(spec.program, path: path(in: spec.environment)) else {
            outcome.failure = StepError(
                type: FaultCode.preconditionFailed, message: scope.redact("program '\(spec.program)' not found"))
            return outcome
        }
        spec.program = program
        let stdout = scope.capture("stdout", live: .stdout)
        let stderr = scope.capture("stderr", live: .stderr)
        do {
            let end = try runChild(spec, within: scope.bounds, clock: scope.clock) { stream, bytes in
                (stream == .output ? stdout : stderr).feed(bytes)
            }
            stdout.finish()
            stderr.finish()
            describe(end, stdout, stderr, &outcome)
            outcome.artifacts += try ArtifactCollector(scope: scope).collect(action.artifacts ?? [], in: directory)
        } catch let error as SpawnError {
            outcome.failure = StepError(
                type: error.isResource ? FaultCode.resourceLimit : FaultCode.preconditionFailed,
                message: scope.redact(error.message))
        } catch let error as PreconditionFailure {
            outcome.failure = StepError(type: FaultCode.preconditionFailed, message: scope.redact(error.message))
        } catch {
            outcome.failure = StepError(type: FaultCode.preconditionFailed, message: "cannot run the command")
        }
        return outcome
    }

    private func words(of action: CommandAction, _ shell: ShellText?) throws(PreconditionFailure) -> [String] {
        var words = shell.map { ["/bin/sh", "-c", $0.text] } ?? []
        if shell == nil {
            for word in action.argv ?? [] { words.append(try scope.variables.substitute(word)) }
        }
        guard let program = words.first, !program.isEmpty else {
            throw PreconditionFailure("the command names no program")
        }
        guard !words.contains(where: { $0.utf8.contains(0) }) else {
            throw PreconditionFailure("an argument holds a NUL character")
        }
        return words
    }

    private func spec(
        _ words: [String], _ action: CommandAction, _ shell: ShellText?, _ directory: String
    ) throws(PreconditionFailure) -> ChildSpec {
        var environment = [
            "PATH": scope.path, "HOME": scope.workspace.home, "TMPDIR": scope.workspace.temporary, "LANG": "C.UTF-8",
        ]
        for (name, value) in try scope.variables.substitute(action.env ?? [:]) {
            guard !name.isEmpty, !name.contains("="), !name.utf8.contains(0), !value.utf8.contains(0) else {
                throw PreconditionFailure("'\(name)' cannot be an environment variable")
            }
            environment[name] = value
        }
        for (name, value) in shell?.environment ?? [:] {
            guard !value.utf8.contains(0) else { throw PreconditionFailure("a value holds a NUL character") }
            environment[name] = value
        }
        return ChildSpec(
            reaper: scope.programs.reaper, program: words.first ?? "", arguments: words,
            environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }, directory: directory,
            inputDescriptor: try scope.workspace.inputFile(action.stdin.map(scope.variables.substitute) ?? ""),
            maximumFileBytes: scope.limits.fileBytes, maximumAddressBytes: scope.limits.memoryBytes)
    }

    private func path(in environment: [String]) -> String {
        environment.first { $0.hasPrefix("PATH=") }.map { String($0.dropFirst(5)) } ?? scope.path
    }

    /// A shell's text is shown as it is written, with the values beside it.
    private func input(
        _ words: [String], _ action: CommandAction, _ shell: ShellText?, _ directory: String
    ) -> JSONValue {
        let shown = action.shell ?? words.map(quoted).joined(separator: " ")
        var input: [String: JSONValue] = [
            "kind": "command", "command": .string(bounded(scope.redact(shown))),
            "cwd": .string(scope.redact(directory)),
        ]
        if let values = shell?.values, !values.isEmpty {
            input["variables"] = .object(values.mapValues { .string(bounded(scope.redact($0))) })
        }
        return .object(input)
    }

    private func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_./=:,@%+".contains($0)) }
        return isPlain
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private func describe(
        _ end: ChildEnd, _ stdout: StreamCapture, _ stderr: StreamCapture, _ outcome: inout ActionOutcome
    ) {
        outcome.interruption = end.interruption
        outcome.usage = ResourceUsage(
            cpuMs: end.cpuMs, maxRssBytes: end.maxRssBytes, bytesWritten: end.bytesWritten)
        var output = StepOutput(exitCode: end.exitCode, signal: end.signal)
        output.stdout = excerpt(stdout, "stdout", &outcome)
        output.stderr = excerpt(stderr, "stderr", &outcome)
        outcome.output = output
        outcome.facts.exitCode = end.exitCode
        outcome.facts.signal = end.signal
        outcome.facts.stdout = stdout.matchedText
        outcome.facts.stderr = stderr.matchedText
        if end.interruption == nil, let signal = end.signal, [SIGXFSZ, SIGXCPU].contains(Int32(signal)) {
            outcome.failure = StepError(type: FaultCode.resourceLimit, message: "stopped by a resource limit")
        }
    }

    private func excerpt(_ stream: StreamCapture, _ name: String, _ outcome: inout ActionOutcome) -> StreamExcerpt {
        streamExcerpt(stream, name, scope, &outcome)
    }
}

/// The excerpt of a stream for the trace; a long stream also becomes an artifact.
func streamExcerpt(
    _ stream: StreamCapture, _ name: String, _ scope: StepScope, _ outcome: inout ActionOutcome
) -> StreamExcerpt {
    guard let path = stream.artifactPath else { return stream.excerpt(artifact: nil) }
    let artifact = "step-\(scope.sequence)-\(name).txt"
    outcome.artifacts.append(
        ArtifactFile(
            name: artifact, path: path, droppedBytes: stream.droppedBytes, mediaType: "text/plain; charset=utf-8"))
    return stream.excerpt(artifact: artifact)
}

/// Text of the trace that is not a stream, cut to 4 KiB.
func bounded(_ text: String) -> String { boundedText(Array(text.utf8), StreamCapture.excerptBytes) }
