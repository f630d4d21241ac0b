import Glibc

/// Processes of an earlier `up` that was killed so hard that some outlived it.
struct Leftovers {
    /// `name pid` lines that the supervisor keeps.
    let file: String
    let log: UpLog

    /// Ends them. A process counts only when it still runs under one of our names: the number may be reused.
    func end() throws {
        let lines = (readFile(file) ?? "").split(separator: "\n")
        for line in lines {
            let words = line.split(separator: " ")
            guard words.count == 2, let pid = pid_t(words[1]), pid > 1, isOurs(pid) else { continue }
            log.warning("leftover.killed", String(words[0]), "pid \(pid)")
            kill(-pid, SIGKILL)
            kill(pid, SIGKILL)
            for _ in 0..<100 where kill(pid, 0) == 0 { usleep(20_000) }
        }
        unlink(file)
    }

    private func isOurs(_ pid: pid_t) -> Bool {
        guard let name = readFile("/proc/\(pid)/comm") else { return false }
        return ["assay-server", "assay-agent", "mariadbd", "nginx"].contains(name.filter { !$0.isNewline })
    }
}
