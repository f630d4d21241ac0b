import Glibc

/// The agent beside the servers. Under root it gets a user of its own from the first day: what it runs is not ours.
struct LocalAgent {
    let config: Config
    let home: StackHome
    private let supervisor: Supervisor
    private let user: SystemUser?
    let directory: String

    init(config: Config, home: StackHome, supervisor: Supervisor) throws {
        self.config = config
        self.home = home
        self.supervisor = supervisor
        user = getuid() == 0 ? SystemUser.named("assay-agent") ?? SystemUser.named("nobody") : nil
        let isInside = user.map { supervisor.canReach(home.root, as: $0) } ?? true
        directory = isInside ? home.root + "/agent" : "/tmp/assay-agent-" + StackHome.fingerprint(home.root)
        try makeDirectory(directory, mode: 0o755)
        try makeDirectory(directory + "/home", mode: 0o700, owner: user)
    }

    func plan() throws -> RolePlan {
        try copyExamples()
        var environment = config.stack.passedOn
        for name in environment.keys where name.hasPrefix("ASSAY_DB_") || name == "ASSAY_MASTER_KEY" {
            environment[name] = nil
        }
        environment["PATH"] = "/usr/local/bin:/usr/bin:/bin"
        environment["LANG"] = "C.UTF-8"
        environment["HOME"] = directory + "/home"
        environment["ASSAY_AGENT_HOME"] = directory + "/home"
        environment["ASSAY_AGENT_URL"] = "http://\(config.localAddress):\(config.port)"
        environment["ASSAY_AGENT_NAME"] = "local"
        environment["ASSAY_AGENT_SLOTS"] = "\(config.stack.agentSlots)"
        environment["ASSAY_AGENT_ENROLMENT_TOKEN_FILE"] = directory + "/home/enrolment-token"
        environment["ASSAY_HOME"] = nil
        _ = try handOverToken()
        var plan = RolePlan(
            name: "agent", program: try program(), arguments: [], environment: environment,
            user: user, directory: directory + "/home", log: home.log + "/agent.log", stopMs: 15_000)
        // Whoever revokes it means it, so it is not enrolled again by itself.
        plan.retirement = Retirement(
            status: LocalAgent.revokedStatus,
            message: "the server has revoked this agent; `assay-server admin agent` enrols it again",
            isOver: { (try? handOverToken()) == true })
        return plan
    }

    /// How `assay-agent` ends when its credential is not accepted any more.
    private static let revokedStatus: Int32 = 77

    /// Moves the one-time token of the first start, or of `admin agent`, to where only the agent's user reads it; false
    /// when there is none.
    private func handOverToken() throws -> Bool {
        let made = home.root + "/run/enrolment-token"
        guard let token = readFile(made) else { return false }
        let place = directory + "/home/enrolment-token"
        try writeFile(place, token, mode: 0o600)
        if let user { chown(place, user.uid, user.gid) }
        unlink(made)
        return true
    }

    private func program() throws -> String {
        guard let own = absolute("/proc/self/exe") else { throw UpError("/proc is not mounted") }
        let built = parent(of: own) + "/assay-agent"
        guard exists(built) else { throw UpError("\(built) is missing: build it") }
        guard let user, !supervisor.canReach(parent(of: built), as: user) else { return built }
        // A checkout in somebody's private directory: the other user cannot walk there.
        try makeDirectory(directory + "/bin", mode: 0o755)
        for name in ["assay-reaper", "assay-agent"] {
            let program = "\(parent(of: built))/\(name)"
            try run("cp", ["--update", "--preserve=timestamps,mode", program, "\(directory)/bin/\(name)"])
        }
        return directory + "/bin/assay-agent"
    }

    private func copyExamples() throws {
        let target = directory + "/examples"
        try run("cp", ["--recursive", "--no-target-directory", config.share + "/examples", target])
        try run("chmod", ["--recursive", "u=rwX,go=rX", target])
    }

    private func run(_ name: String, _ arguments: [String]) throws {
        guard let program = findProgram(name) else { throw UpError("\(name) is missing") }
        let plan = RolePlan(name: name, program: program, arguments: arguments, log: home.log + "/assay.log")
        guard try supervisor.runToEnd(plan) == 0 else {
            throw UpError("\(name) \(arguments.joined(separator: " ")) failed")
        }
    }
}
