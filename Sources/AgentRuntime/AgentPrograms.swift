import Glibc

/// The programs that an agent starts besides commands: they are installed beside it.
package struct AgentPrograms: Sendable, Equatable {
    /// `assay-reaper`, which runs each command and ends what it leaves behind.
    package let reaper: String
    /// `assay-agent`, whose `search` looks for a regular expression in a process that can be killed.
    package let agent: String

    package init(directory: String) {
        reaper = directory + "/assay-reaper"
        agent = directory + "/assay-agent"
    }

    /// Beside the running program.
    package static var installed: AgentPrograms {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return AgentPrograms(directory: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ".")
    }

    /// nil when all are there.
    var missing: String? { [reaper, agent].first { access($0, X_OK) != 0 } }
}
