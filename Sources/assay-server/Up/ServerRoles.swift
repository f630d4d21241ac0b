import Glibc

/// The roles of `assay-server` that a stack runs, with the sockets they inherit.
struct ServerRoles {
    let config: Config
    let home: StackHome
    let program: String
    private let apiSocket: Int32
    private let agentsSocket: Int32
    private let eventsSocket: Int32

    init(config: Config, home: StackHome) throws {
        self.config = config
        self.home = home
        guard let program = absolute("/proc/self/exe") else { throw UpError("/proc is not mounted") }
        self.program = program
        apiSocket = try listenUnix(home.run + "/api.sock")
        agentsSocket = try listenUnix(home.run + "/agents.sock")
        eventsSocket = try listenUnix(home.run + "/events.sock")
    }

    /// Two api processes take turns on one socket; agents have their own, so that page load cannot delay a heartbeat.
    var plans: [RolePlan] {
        [
            role("api-1", ["api"], listening: apiSocket),
            role("api-2", ["api"], listening: apiSocket),
            role("agents", ["api", "--agents"], listening: agentsSocket),
            role("events", ["events"], listening: eventsSocket),
            role("scheduler", ["scheduler"]),
        ]
    }

    /// A subcommand that runs to its end.
    func command(_ name: String, _ arguments: [String]) -> RolePlan { role(name, arguments) }

    private func role(_ name: String, _ arguments: [String], listening: Int32? = nil) -> RolePlan {
        var environment = config.stack.passedOn
        environment["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        environment["LANG"] = "C.UTF-8"
        environment["ASSAY_HOME"] = home.root
        environment["ASSAY_PORT"] = "\(config.port)"
        environment["ASSAY_URL"] = config.url
        environment["ASSAY_SHARE"] = config.share
        environment["ASSAY_BELLS"] = home.bells
        environment["ASSAY_ROLE_NAME"] = name
        return RolePlan(
            name: name, program: program, arguments: arguments, environment: environment, listening: listening,
            log: home.log + "/assay.log")
    }
}
