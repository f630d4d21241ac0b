import ArgumentParser
import Domain
import Identity

/// `assay-server admin user`: makes a user and prints a generated password.
struct AdminUser: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "user", abstract: "Make a user; prints the password.")

    @Argument(help: "E-mail to log in with.") var email: String
    @Option(help: "Name that others see.") var name: String?
    @Flag(help: "May do everything in every project.") var admin = false

    func run() throws {
        let parts = try ServerParts(Config(), poolSize: 1)
        let password = randomPassword()
        _ = try Users(pool: parts.pool, hasher: try PasswordHasher())
            .create(email: email, name: name ?? email, password: password, isAdmin: admin, by: .system)
        say(password, to: 1)
    }
}
