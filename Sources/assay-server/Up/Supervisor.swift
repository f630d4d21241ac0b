import Glibc

/// Starts roles in order, restarts what dies, stops all in reverse. Everything happens on the main thread.
final class Supervisor {
    private let setpriv: String
    private let statusFile: String
    private let log: UpLog
    private var roles: [Role] = []
    private var oneShots: [pid_t: Int32?] = [:]
    /// Set by SIGTERM, SIGINT or SIGHUP; waiting ends at once.
    private(set) var isStopping = false

    init(setpriv: String, statusFile: String, log: UpLog) {
        self.setpriv = setpriv
        self.statusFile = statusFile
        self.log = log
        block([SIGTERM, SIGINT, SIGHUP, SIGCHLD])
    }

    func start(_ plan: RolePlan) throws {
        let role = Role(plan)
        try role.start(setpriv: setpriv)
        roles.append(role)
        writeStatus()
    }

    /// Runs a command to its end and returns its exit status (128 + signal when killed).
    func runToEnd(_ plan: RolePlan) throws -> Int32 {
        let pid = try spawn(plan, setpriv: setpriv)
        oneShots[pid] = .some(nil)
        while true {
            if let status = oneShots[pid], let status {
                oneShots[pid] = nil
                return status
            }
            if isStopping { kill(pid, SIGTERM) }
            pump(milliseconds: 100)
        }
    }

    /// Whether this user may walk to `path`; asked of the kernel, because every directory above has a say.
    func canReach(_ path: String, as user: SystemUser) -> Bool {
        let plan = RolePlan(name: "reach", program: "/usr/bin/test", arguments: ["-x", path], user: user)
        return (try? runToEnd(plan)) == 0
    }

    /// Waits until `condition` holds; false after `milliseconds`, or when asked to stop.
    func wait(milliseconds: Int64, until condition: () -> Bool) -> Bool {
        let deadline = monotonicMs() + milliseconds
        while !condition() {
            if isStopping || monotonicMs() > deadline { return false }
            pump(milliseconds: 20)
        }
        return true
    }

    /// Looks after the roles until somebody asks to stop.
    func supervise() {
        while !isStopping { pump(milliseconds: 250) }
    }

    /// Whether the named role has died since it was started.
    func hasDied(_ name: String) -> Bool {
        roles.contains { $0.plan.name == name && $0.deathCount > 0 }
    }

    /// Stops in reverse order of starting: nobody loses what it stands on.
    func stop() {
        isStopping = true
        while let role = roles.popLast() {
            let deadline = monotonicMs() + role.plan.stopMs
            role.signal(role.plan.stopSignal)
            while role.pid != nil, monotonicMs() < deadline {
                _ = nextSignal(of: [SIGCHLD], within: 20)
                reap(alsoStopping: role)
            }
            if role.pid != nil {
                log.warning("role.killed", role.plan.name, "did not stop in \(role.plan.stopMs) ms")
                role.signal(SIGKILL)
                role.ended()
            }
        }
        unlink(statusFile)
    }

    private func pump(milliseconds: Int64) {
        let signal = nextSignal(of: [SIGTERM, SIGINT, SIGHUP, SIGCHLD], within: milliseconds)
        if let signal, signal != SIGCHLD { isStopping = true }
        reap(alsoStopping: nil)
        if !isStopping { restartDue() }
    }

    private func reap(alsoStopping stopping: Role?) {
        var status: Int32 = 0
        while case let pid = waitpid(-1, &status, WNOHANG), pid > 0 {
            let code = status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f)
            if oneShots[pid] != nil {
                oneShots[pid] = .some(code)
            } else if let stopping, stopping.pid == pid {
                stopping.ended()
            } else if let role = roles.first(where: { $0.pid == pid }) {
                note(death: code, of: role)
                writeStatus()
            }
        }
    }

    private func note(death code: Int32, of role: Role) {
        if isStopping {
            role.ended()
        } else if let retirement = role.plan.retirement, retirement.status == code {
            role.retired()
            log.warning("role.retired", role.plan.name, retirement.message)
        } else {
            let pauseMs = role.died()
            log.warning("role.died", role.plan.name, "status \(code), starting again in \(pauseMs) ms")
        }
    }

    private func restartDue() {
        let now = monotonicMs()
        for role in roles {
            let isDue = role.restartAt.map { $0 <= now } ?? (role.isRetired && role.plan.retirement?.isOver() == true)
            guard isDue else { continue }
            do {
                try role.start(setpriv: setpriv)
                log.line("role.restarted", role.plan.name, "pid \(role.pid ?? 0)")
            } catch {
                _ = role.died()
                log.warning("role.died", role.plan.name, "\(error)")
            }
            writeStatus()
        }
    }

    /// One line per role for `make status` and for the chaos runs.
    private func writeStatus() {
        let lines = roles.map { "\($0.plan.name) \($0.pid ?? 0)\n" }
        try? writeFile(statusFile, lines.joined(), mode: 0o600)
    }
}
