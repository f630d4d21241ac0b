import ArgumentParser
import MariaDB

/// `assay-server admin doctor`: one line per thing that must hold, and a non-zero exit when one does not.
struct AdminDoctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check database, schema and sockets.")

    func run() throws {
        let config = try Config()
        let checks: [(name: String, holds: () throws -> Bool)] = [
            ("master key \(config.masterKeyFile)", { readFile(config.masterKeyFile) != nil }),
            ("database answers", { try databaseAnswers(config) }),
            ("schema is current", { try schemaIsCurrent(config) }),
            ("audit log is append-only", { try auditIsAppendOnly(config) }),
            (
                "stack is ready at port \(config.port)",
                { ReadyProbe(address: config.localAddress, port: config.port).isReady() }
            ),
        ]
        let results = checks.map { check in
            Result { try check.holds() }.map { $0 ? "ok" : "FAILED" }
        }
        for (check, result) in zip(checks, results) {
            switch result {
            case .success(let word): say("\(check.name): \(word)", to: 1)
            case .failure(let error): say("\(check.name): FAILED (\(error))", to: 1)
            }
        }
        let isHealthy = results.allSatisfy { (try? $0.get()) == "ok" }
        if !isHealthy { throw ExitCode(1) }
    }

    private func databaseAnswers(_ config: Config) throws -> Bool {
        _ = try ServerParts(config, poolSize: 1).now()
        return true
    }

    private func schemaIsCurrent(_ config: Config) throws -> Bool {
        try Migrator(directory: config.share + "/migrations").isCurrent(on: Connection(config.database))
    }

    /// Tries a deletion that matches no row; the database refuses it before it looks.
    private func auditIsAppendOnly(_ config: Config) throws -> Bool {
        let connection = try Connection(config.database)
        do {
            _ = try connection.executeRaw("DELETE FROM audit_log WHERE 1 = 0")
        } catch {
            if case .statement(let code, _) = error { return code == 1142 }
            throw error
        }
        return false
    }
}
