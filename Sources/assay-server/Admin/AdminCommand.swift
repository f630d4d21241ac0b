import ArgumentParser

/// `assay-server admin`: what a person on the server's machine may do without logging in.
struct AdminCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "admin", abstract: "First user, API tokens, the own agent, a look at the health of a stack.",
        subcommands: [AdminToken.self, AdminUser.self, AdminAgent.self, AdminDoctor.self])
}
