package import ArgumentParser
import Gherkin
import Glibc

/// Reads Gherkin, expressions and tag expressions without a server, and prints what Cucumber's own tools would.
package struct GherkinCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "gherkin", abstract: "Read feature files and expressions as Cucumber does; prints JSON lines.",
        subcommands: [
            GherkinParseCommand.self, GherkinMatchCommand.self, GherkinExpressionCommand.self, GherkinTagsCommand.self,
        ])

    package init() {}
}

package struct GherkinParseCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "parse", abstract: "Print the syntax tree, the pickles or all messages of feature files.",
        discussion: "- is standard input. Exit code 1 when a file has errors, 2 when one cannot be read.")

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case ast, pickles, messages
    }

    @Option(help: "What to print: ast, pickles or messages.")
    var format = Format.ast

    @Argument(help: "Feature files.")
    var files: [String]

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        var ids = IDSequence()
        var code = ClientExit.passed
        for file in files {
            guard let bytes = file == "-" ? context.readInput() : readFile(file) else {
                context.writeError("assay: '\(file)' cannot be read: \(String(cString: strerror(errno)))\n")
                code = ClientExit.couldNotRun
                continue
            }
            let isMarked = bytes.starts(with: [0xEF, 0xBB, 0xBF])
            let text = String(decoding: bytes[(isMarked ? 3 : 0)...], as: UTF8.self)
            do throws(ParseErrors) {
                let document = try GherkinDocument(parsing: text, ids: &ids)
                // Pickles are always numbered, so that the ids of the next file are those of every format.
                let pickles = document.pickles(ids: &ids)
                if format == .messages { context.print(GherkinMessages.source(uri: file, data: text)) }
                if format != .pickles { context.print(GherkinMessages.document(document, uri: file)) }
                guard format != .ast else { continue }
                for pickle in pickles { context.print(GherkinMessages.pickle(pickle, uri: file)) }
            } catch {
                for problem in error.errors { context.print(GherkinMessages.error(problem, uri: file)) }
                code = max(code, ClientExit.failed)
            }
        }
        return code
    }
}
