import ArgumentParser
import Daemon
import Domain
import Executions
import Identity
import MariaDB

/// `assay-server first-start`, run by `up` after the migrations: the admin, project `demo`, the local agent's token.
/// Each part is done only when it is not there yet, so that a start that was cut short is finished by the next.
struct FirstStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "first-start", shouldDisplay: false)

    func run() throws {
        let config = try Config()
        let parts = try ServerParts(config, poolSize: 2)
        try makeAdmin(parts)
        let project = try demoProject(parts)
        if let project { try loadExamples(into: project, parts) }
        try tokenForLocalAgent(parts)
    }

    private func makeAdmin(_ parts: ServerParts) throws {
        let users = Users(pool: parts.pool, hasher: try PasswordHasher())
        guard try users.firstAdmin() == nil else { return }
        let (email, password) = (parts.config.stack.adminEmail, randomPassword())
        // First the file: a password that is nowhere would lock everybody out.
        try Credentials.write(
            parts.config.home + "/credentials.json", url: parts.config.url, email: email, password: password)
        _ = try users.bootstrap(email: email, name: "Admin", password: password)
    }

    /// The project when it has just been made.
    private func demoProject(_ parts: ServerParts) throws -> ProjectSummary? {
        let projects = Projects(pool: parts.pool)
        if (try? projects.find(key: "demo")) != nil { return nil }
        return try projects.create(key: "demo", name: "Demo", by: .system)
    }

    private func loadExamples(into project: ProjectSummary, _ parts: ServerParts) throws {
    }

    private func tokenForLocalAgent(_ parts: ServerParts) throws {
        let marker = parts.config.home + "/agent-enrolled"
        guard parts.config.stack.agentCount > 0, !exists(marker) else { return }
        let enrolment = try EnrolAgent(pool: parts.pool).issueToken(project: nil, by: nil, expiresInMs: 3_600_000)
        try writeFile(parts.config.home + "/run/enrolment-token", enrolment.token, mode: 0o600)
        try writeFile(marker, "", mode: 0o600)
    }
}
