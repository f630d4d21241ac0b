package import ArgumentParser
import Domain

/// Cancels a run or a case of it.
package struct CancelCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "cancel", abstract: "Cancel a run.",
        discussion: "What runs is told to stop and is cancelled after 15 s at the latest.")

    @OptionGroup var reference: RunReference

    @Option(help: "Why, for the history.")
    var reason: String?

    @Flag(help: "Print the run as JSON.")
    var json = false

    package init() {}

    package func validate() throws {
        // The newest run may be somebody else's: what is cancelled is named.
        guard reference.run != nil else { throw ValidationError("say which run to cancel: its number or id") }
    }

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let server = try ServerClient.known(context)
        let answer = try server.cancel(try reference.id(server, context), reason: reason)
        let run = RunView(answer)
        context.print(
            json ? text(answer) : run.isFinal ? "\(run.title) is cancelled." : "\(run.title) is being cancelled.")
        return ClientExit.passed
    }
}

extension ServerClient {
    func cancel(_ id: String, reason: String?) throws(ClientError) -> JSONValue {
        try post("/executions/\(escaped(id))/cancellation", reason.map { ["reason": .string($0)] } ?? [:])
    }
}

/// A document on one line.
func text(_ document: JSONValue) -> String { String(decoding: document.serialized(), as: UTF8.self) }
