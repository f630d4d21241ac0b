import ArgumentParser
import Daemon
import MariaDB

/// `assay-server migrate`: brings the schema up to date and hands the roles their rights, table by table.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Bring the database schema up to date.")

    func run() throws {
        let config = try Config()
        let log = Log(role: "migrate", level: config.logLevel)
        let connection = try Connection(config.owner)
        let applied = try Migrator(directory: config.share + "/migrations").apply(to: connection)
        try Grants(user: config.database.user).give(on: connection)
        for name in applied { log.info("migrate.applied", ["migration": .text(name)]) }
    }
}
