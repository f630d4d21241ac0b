import CSpawn
import Glibc

/// Kills processes that outlived a killed agent and removes their workspaces.
///
/// A reaper ends everything itself when its agent dies; it is only waited for. What outlived its reaper as well is
/// known by the `HOME` it was given.
func clearLeftovers(workDirectory: String) {
    let mark = "HOME=\(workDirectory)/"
    for process in marked(mark) where commandName(process) == "assay-reaper" {
        let exit = assay_pidfd(process)
        kill(process, SIGHUP)
        if exit >= 0 { _ = pollReadable([exit], timeoutMs: 7_000) }
        close(exit)
    }
    killMarked(mark)
    for entry in directoryEntries(workDirectory) { removeTree(workDirectory + "/" + entry) }
}

/// Kills all processes that were started with a variable that begins with `mark`, until there is none.
func killMarked(_ mark: String) {
    guard !mark.isEmpty else { return }
    for _ in 0..<20 {
        let found = marked(mark)
        if found.isEmpty { return }
        for process in found { kill(process, SIGKILL) }
    }
}

private func marked(_ mark: String) -> [pid_t] {
    let mark = Array(mark.utf8)
    return directoryEntries("/proc").compactMap { entry in
        guard let process = pid_t(entry), process > 1, process != getpid(),
            let environment = fileBytes("/proc/\(entry)/environ", maximumBytes: 4 << 20),
            environment.split(separator: 0).contains(where: { $0.starts(with: mark) })
        else { return nil }
        return process
    }
}

private func commandName(_ process: pid_t) -> String {
    let bytes = fileBytes("/proc/\(process)/comm", maximumBytes: 64) ?? []
    return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
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
