import ArgumentParser
import Executions
import MariaDB

/// `assay-server admin agent`: lets the stack's own agent enrol again after it was revoked.
struct AdminAgent: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent", abstract: "Enrol the stack's own agent again after it was revoked.")

    func run() throws {
        let config = try Config()
        let parts = try ServerParts(config, poolSize: 1)
        try LocalAgentToken.leave(EnrolAgent(pool: parts.pool), config)
        say("`up` hands a new token to its agent, at once when it runs, else at its next start", to: 1)
    }
}

/// The one-time token of the stack's own agent: made here, taken by `up`.
enum LocalAgentToken {
    static func leave(_ enrol: EnrolAgent, _ config: Config) throws {
        let enrolment = try enrol.issueToken(project: nil, by: nil, expiresInMs: 3_600_000)
        try writeFile(config.home + "/run/enrolment-token", enrolment.token, mode: 0o600)
    }
}
