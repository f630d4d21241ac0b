import ArgumentParser

/// One program in roles: each subcommand is one process of a stack, `up` runs them all.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-server", abstract: "The servers of Assay.", subcommands: [UpCommand.self])
}
