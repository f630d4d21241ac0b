import ArgumentParser
import Domain
import Identity
import MariaDB

/// `assay-server admin token`: prints a new API token, for scripts.
struct AdminToken: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "token", abstract: "Print a new API token.")

    @Option(help: "E-mail of the user it belongs to; the first admin unless given.") var user: String?
    @Option(help: "A name for the list of tokens.") var name = "command line"
    @Option(help: "What it may do: read, write, ingest, agent; comma-separated.") var scopes = "read,write"
    @Option(help: "Key of the one project it works in; all of the user's unless given.") var project: String?
    @Option(help: "Days until it expires; never unless given.") var days: Int?

    func run() throws {
        let parts = try ServerParts(Config(), poolSize: 1)
        let users = Users(pool: parts.pool, hasher: try PasswordHasher())
        let owner = try user.map { try users.find(email: $0) } ?? users.firstAdmin()
        guard let owner else { throw ValidationError("there is no admin yet: assay-server admin user --admin E-MAIL") }
        let wanted = try scopes.split(separator: ",").map { word in
            guard let scope = Scope(rawValue: String(word)) else { throw ValidationError("unknown scope \(word)") }
            return scope
        }
        let now = try parts.now()
        let new = NewToken(
            name: name, scopes: Set(wanted),
            project: try project.map { try Projects(pool: parts.pool).find(key: $0).id },
            expiresAt: days.map { now.adding(ms: Int64($0) * 86_400_000) })
        say(try Tokens(pool: parts.pool).create(new, for: owner.id, by: .system).token, to: 1)
    }
}
