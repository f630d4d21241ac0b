package import ArgumentParser
import Domain
import Transfer

/// Prints what the commands of a case print.
package struct LogsCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Print what a run's commands printed.",
        discussion: "With -f what they print while they run, until the run is over. Their stderr goes to stderr.")

    @OptionGroup var reference: RunReference

    @Flag(name: .shortAndLong, help: "Go on while the run does.")
    var follow = false

    @Option(help: "Number of the attempt; default the newest.")
    var attempt: Int?

    @Option(help: "Only the step with this number.")
    var step: Int?

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let server = try ServerClient.known(context)
        let id = try reference.id(server, context)
        let run = RunView(try server.get("/executions/\(escaped(id))"))
        if run.kind == "suite" { throw try suiteError(run, server) }
        let printer = PrintOutput(server: server, context: context, execution: id, step: step, follows: follow)
        var number = try printer.print(attempt: attempt)
        // A retry is an attempt of its own: it has its own output.
        while follow, attempt == nil, step == nil, let ended = number {
            guard !RunView(try server.get("/executions/\(escaped(id))")).isFinal else { break }
            number = try printer.print(attempt: ended + 1, isRetry: true)
        }
        return ClientExit.passed
    }

    private func suiteError(_ run: RunView, _ server: ServerClient) throws(ClientError) -> ClientError {
        let page = try server.get("/executions/\(escaped(run.id))/children?sort=urgency&limit=10")
        let lines = (page["items"]?.array ?? []).map(RunView.init).map { child in
            "\n  \(child.status.padded(to: 11))assay logs \(run.number.map(String.init) ?? run.id)/\(child.key ?? child.id)"
        }
        return ClientError("\(run.title) is a suite: say which case" + lines.joined())
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(1, width - count)) }
}
