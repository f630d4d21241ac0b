import Glibc

/// The whole private stack in starting order: database, schema, roles, nginx, agent.
struct Stack {
    let config: Config
    let home: StackHome
    let supervisor: Supervisor
    let log: UpLog

    func start() throws {
        guard isFree(config.bind, port: config.port) else {
            throw UpError("port \(config.port) is taken: stop what uses it, or set ASSAY_PORT")
        }
        try startDatabase()
        let servers = try ServerRoles(config: config, home: home)
        guard try supervisor.runToEnd(servers.command("migrate", ["migrate"])) == 0 else {
            throw UpError("the migrations failed, see \(home.log)/assay.log")
        }
        let agent = try LocalAgent(config: config, home: home, supervisor: supervisor)
        var firstStart = servers.command("first-start", ["first-start"])
        firstStart.environment["ASSAY_AGENT_DIRECTORY"] = agent.directory
        guard try supervisor.runToEnd(firstStart) == 0 else {
            throw UpError("the first start failed, see \(home.log)/assay.log")
        }
        for plan in servers.plans { try supervisor.start(plan) }
        let nginx = NginxConfig(home: home, config: config, supervisor: supervisor, log: log)
        try supervisor.start(nginx.plan(configuration: nginx.write()))
        if config.stack.agentCount > 0 {
            try supervisor.start(agent.plan())
        }
        try awaitReady()
    }

    private func startDatabase() throws {
        let database = try PrivateDatabase(
            home: home, bufferMiB: config.stack.databaseBufferMiB, supervisor: supervisor, log: log)
        let accounts = try DatabaseAccounts(file: home.serverEnvironment, socket: database.socket)
        try database.install(with: supervisor)
        let statements = try database.writeStatements(
            ownerPassword: accounts.ownerPassword, serverPassword: accounts.serverPassword)
        try supervisor.start(database.plan(statements: statements))
        // InnoDB may have minutes of work after a hard kill; a first start needs half a second.
        let isUp = supervisor.wait(milliseconds: 120_000) {
            answersUnix(database.socket) || supervisor.hasDied("mariadbd")
        }
        guard isUp, !supervisor.hasDied("mariadbd") else {
            throw UpError("mariadbd does not start, see \(home.log)/mariadb.log")
        }
    }

    private func awaitReady() throws {
        let probe = ReadyProbe(address: config.localAddress, port: config.port)
        guard supervisor.wait(milliseconds: 60_000, until: { probe.isReady() }) else {
            if supervisor.isStopping { return }
            throw UpError("not ready after 60 s, see \(home.log)/assay.log and \(home.log)/nginx.log")
        }
    }
}
