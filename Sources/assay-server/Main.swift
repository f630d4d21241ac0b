import ArgumentParser
import Glibc

/// One program in roles: each subcommand is one process of a stack, `up` runs them all.
@main
struct Main: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "assay-server", abstract: "The servers of Assay.",
        subcommands: [UpCommand.self, A.self, E.self, S.self, M.self, F.self])
}
struct A: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "api")
    @Flag var agents = false
    func run() { while true { pause() } }
}
struct E: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "events")
    func run() { while true { pause() } }
}
struct S: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scheduler")
    func run() { while true { pause() } }
}
struct M: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "migrate")
    func run() { }
}
struct F: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "first-start")
    func run() { }
}
