package import ArgumentParser

/// What concerns results that other tools made.
package struct ResultsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "results", abstract: "Send results that other tools made.",
        subcommands: [ImportResultsCommand.self])

    package init() {}
}
