import Glibc

/// Everything the environment decides. The only place in this program that reads it.
struct Config {
    /// Where a private stack keeps all it has.
    let home: String
    let port: Int
    /// Address nginx listens on.
    let bind: String
    /// The address people and agents use.
    let url: String
    /// Where web/, nginx/, migrations/ and examples/ are.
    let share: String
    let adminEmail: String
    /// Agents that `up` starts beside the servers: 0 or 1.
    let agentCount: Int
    let agentSlots: Int
    let databaseBufferMiB: Int
    /// What the roles started by `up` see of its environment.
    let passedOn: [String: String]

    init() throws {
        func text(_ name: String, _ fallback: String) -> String {
            getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } ?? fallback
        }
        func number(_ name: String, _ fallback: Int, _ range: ClosedRange<Int>) throws -> Int {
            let found = text(name, "\(fallback)")
            guard let value = Int(found), range.contains(value) else {
                throw UpError("\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not '\(found)'")
            }
            return value
        }
        home = text("ASSAY_HOME", "var")
        port = try number("ASSAY_PORT", 8080, 1...65_535)
        bind = text("ASSAY_BIND", "127.0.0.1")
        url = text("ASSAY_URL", "http://127.0.0.1:\(port)")
        share = absolute(text("ASSAY_SHARE", Config.shareBesideProgram() ?? ".")) ?? "/"
        adminEmail = text("ASSAY_ADMIN_EMAIL", "admin@assay.local")
        agentCount = try number("ASSAY_AGENTS", 1, 0...1)
        agentSlots = try number("ASSAY_AGENT_SLOTS", 4, 1...64)
        databaseBufferMiB = try number("ASSAY_DB_BUFFER_MIB", 128, 16...65_536)
        passedOn = environmentLines(readFile("/proc/self/environ") ?? "")
            .filter { $0.key.hasPrefix("ASSAY_") || $0.key == "LLVM_PROFILE_FILE" || $0.key == "TZ" }
    }

    /// A checkout: the first directory above the program, or the working directory, that has nginx/assay.conf.in.
    private static func shareBesideProgram() -> String? {
        var place = absolute("/proc/self/exe").map(parent(of:)) ?? "/"
        while place != "/" {
            if exists(place + "/nginx/assay.conf.in") { return place }
            place = parent(of: place)
        }
        return exists("nginx/assay.conf.in") ? absolute(".") : nil
    }
}
