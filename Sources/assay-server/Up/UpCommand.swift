import ArgumentParser
import Daemon
import Glibc

/// `assay-server up`: the whole stack in one directory, in front, until Ctrl-C or SIGTERM.
struct UpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run a whole private stack under $ASSAY_HOME until Ctrl-C.")

    func run() throws {
        do {
            try bringUp()
        } catch let error as UpError {
            say("assay-server up: \(error)", to: 2)
            throw ExitCode(1)
        }
    }

    private func bringUp() throws {
        let config = try Config()
        let log = UpLog(log: Log(role: "up", level: config.logLevel))
        closeOnExec()
        let home = try StackHome(config.home)
        try home.lock()
        try Leftovers(file: home.root + "/run/roles", log: log).end()
        home.sweep()
        guard let setpriv = findProgram("setpriv") else { throw UpError("setpriv (util-linux) is missing") }
        let supervisor = Supervisor(setpriv: setpriv, statusFile: home.root + "/run/roles", log: log)
        chdir("/")
        let startedAt = monotonicMs()
        do {
            try Stack(config: config, home: home, supervisor: supervisor, log: log).start()
        } catch {
            supervisor.stop()
            throw error
        }
        if !supervisor.isStopping { greet(config, home, afterMs: monotonicMs() - startedAt) }
        supervisor.supervise()
        log.line("up.stopping", "all", "in reverse order")
        supervisor.stop()
        unlink(home.root + "/up.pid")
        log.line("up.stopped", "all", "")
    }

    private func greet(_ config: Config, _ home: StackHome, afterMs: Int64) {
        say("Assay is ready at \(config.url) (after \(afterMs) ms)", to: 1)
        if home.isFirstStart, let password = Credentials.password(in: home.credentials) {
            say("  e-mail    \(config.stack.adminEmail)\n  password  \(password)", to: 1)
        } else {
            say("  log in with the e-mail and password in \(home.credentials)", to: 1)
        }
        say("Ctrl-C stops it; everything is kept in \(home.root)", to: 1)
    }
}

/// Writes one line to standard output or error without buffering.
func say(_ text: String, to file: Int32) {
    let bytes = Array((text + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
}
