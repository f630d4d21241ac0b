package import ArgumentParser
import Wire

/// The `assay` command line.
package struct AssayCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "assay",
        abstract: "Starts and watches test runs on an Assay server.",
        discussion: "ASSAY_URL, ASSAY_TOKEN and ASSAY_PROJECT override what `assay login` stored.",
        version: assayVersion,
        subcommands: [
            LoginCommand.self, ApplyCommand.self, RunCommand.self, WatchCommand.self, ListCommand.self,
            LogsCommand.self, CancelCommand.self, ReportCommand.self, ResultsCommand.self, GherkinCommand.self,
        ])

    package init() {}
}

/// A subcommand that gets its outside world handed in.
package protocol ClientCommand: ParsableCommand {
    /// Does the work and returns the exit code. Blocks.
    func perform(_ context: ClientContext) throws(ClientError) -> Int32
}

/// Parses `arguments` and performs what they say; returns the exit code and, for standard error, a message.
package func runAssay(_ arguments: [String], _ context: ClientContext) -> (code: Int32, message: String?) {
    do {
        var parsed = try AssayCommand.parseAsRoot(arguments)
        guard let command = parsed as? any ClientCommand else {
            // The parser's own commands: `help`, and `--help` of each subcommand; they answer by throwing.
            try parsed.run()
            return (ClientExit.passed, nil)
        }
        return (try command.perform(context), nil)
    } catch let error as ClientError {
        return (ClientExit.couldNotRun, "assay: \(error.description)")
    } catch {
        // Help and version are "errors" of the parser that succeed.
        let text = AssayCommand.fullMessage(for: error)
        if AssayCommand.exitCode(for: error) == .success {
            context.print(text)
            return (ClientExit.passed, nil)
        }
        return (ClientExit.couldNotRun, text)
    }
}
