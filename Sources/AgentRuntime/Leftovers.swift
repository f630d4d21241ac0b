import Glibc

/// Kills processes that outlived a killed agent and removes their workspaces.
///
/// A direct child dies with the agent, its own children do not; they are known by the `HOME` they were given.
func clearLeftovers(workDirectory: String) {
    let mark = Array("HOME=\(workDirectory)/".utf8)
    for entry in directoryEntries("/proc") {
        guard let process = pid_t(entry), process > 1, process != getpid(),
            let environment = fileBytes("/proc/\(entry)/environ", maximumBytes: 4 << 20),
            environment.split(separator: 0).contains(where: { $0.starts(with: mark) })
        else { continue }
        kill(process, SIGKILL)
    }
    for entry in directoryEntries(workDirectory) { removeTree(workDirectory + "/" + entry) }
}

/// Makes sure that one state directory serves one agent; the lock lasts as long as the descriptor is open.
func lockState(_ directory: String) throws(AgentStartError) -> Int32 {
    let file = open(directory + "/agent.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw AgentStartError("cannot write in '\(directory)': \(errorText(errno))") }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
        close(file)
        throw AgentStartError("another agent uses the state directory '\(directory)'")
    }
    return file
}
