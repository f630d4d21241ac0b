import ArgumentParser

/// One program in roles: each subcommand is one process of a stack, `up` runs them all.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-server", abstract: "The servers of Assay.",
        subcommands: [
            UpCommand.self, APICommand.self, EventsCommand.self, SchedulerCommand.self, MigrateCommand.self,
            AdminCommand.self, FirstStartCommand.self,
        ])

    @Flag(name: .customLong("check-config"), help: "Print every setting with its effective value, and end.")
    var checkConfig = false

    func run() throws {
        guard checkConfig else { throw CleanExit.helpRequest(self) }
        say(try Config().listing, to: 1)
    }
}
