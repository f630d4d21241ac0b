import API
import ArgumentParser
import Catalog
import Daemon
import Domain
import Executions
import Identity

/// `assay-server first-start`, run by `up` after the migrations: the admin, project `demo`, the local agent's token.
/// Each part is done only when it is not there yet, so that a start that was cut short is finished by the next.
struct FirstStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "first-start", shouldDisplay: false)

    func run() throws {
        let config = try Config()
        let parts = try ServerParts(config, poolSize: 2)
        let services = try Services(parts)
        try makeAdmin(services, config)
        let project = try demoProject(services, config)
        try describeMachine(project, services, config)
        try tokenForLocalAgent(services, config)
    }

    private func makeAdmin(_ services: Services, _ config: Config) throws {
        guard try services.users.firstAdmin() == nil else { return }
        let (email, password) = (config.stack.adminEmail, randomPassword())
        // First the file: a password that is nowhere would lock everybody out.
        try Credentials.write(config.home + "/credentials.json", url: config.url, email: email, password: password)
        _ = try services.users.bootstrap(email: email, name: "Admin", password: password)
    }

    /// Project `demo` with what examples/ holds; loaded once, then it belongs to its people.
    private func demoProject(_ services: Services, _ config: Config) throws -> ProjectSummary {
        let marker = config.home + "/examples-loaded"
        let project =
            try (try? services.projects.find(key: "demo"))
            ?? services.projects.create(key: "demo", name: "Demo", by: .system)
        if !exists(marker), let examples = readFile(config.share + "/examples/assay.yaml") {
            _ = try services.applyCatalog.apply(
                Array(examples.utf8), format: .yaml, project: project.id, dryRun: false, by: .system)
            try writeFile(marker, "", mode: 0o600)
        }
        return project
    }

    /// Environment `local`: where this stack answers and where its agent finds the examples. Both may have moved.
    private func describeMachine(_ project: ProjectSummary, _ services: Services, _ config: Config) throws {
        let place = "http://\(config.localAddress):\(config.port)"
        _ = try services.environments.put(
            "local", variables: ["ASSAY_URL": place, "EXAMPLES": config.agentDirectory + "/examples"],
            project: project.id,
            by: .system)
    }

    private func tokenForLocalAgent(_ services: Services, _ config: Config) throws {
        let marker = config.home + "/agent-enrolled"
        guard config.stack.agentCount > 0, !exists(marker) else { return }
        try LocalAgentToken.leave(services.enrolAgent, config)
        try writeFile(marker, "", mode: 0o600)
    }
}
