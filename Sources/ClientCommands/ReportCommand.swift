package import ArgumentParser
import Domain
import Glibc

/// Takes a run away as a file.
package struct ReportCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Write a run as a file that people or other tools read.",
        discussion: "Formats: json, html, junit, markdown, csv, xlsx, ctrf, cucumber-messages.")

    @OptionGroup var reference: RunReference

    @Option(name: .shortAndLong, help: "What to write it as.")
    var format = "html"

    @Option(name: .shortAndLong, help: "The file to write; default standard output.")
    var output: String?

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let server = try ServerClient.known(context)
        let id = try reference.id(server, context)
        if format == "xlsx", output == nil { throw ClientError("a spreadsheet is no text: name a file with --output") }
        let bytes = try server.file("/executions/\(escaped(id))/report?format=\(escaped(format))")
        if let output {
            try writeFile(bytes, to: output)
        } else {
            context.write(String(decoding: bytes, as: UTF8.self))
        }
        return ClientExit.passed
    }
}
