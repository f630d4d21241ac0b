package import Daemon
import Domain

/// What the environment says about an agent, with every fault in it.
package struct AgentSettings: Sendable {
    package let configuration: AgentConfiguration
    /// One sentence per fault; empty when the agent can start.
    package let faults: [String]
    /// Every setting with its effective value, secrets as `***`, for `--check-config`.
    package let listing: [(name: String, value: String)]

    /// Reads `ASSAY_AGENT_*` from `environment`, and `ASSAY_URL` when `ASSAY_AGENT_URL` is absent.
    package init(_ environment: [String: String], hostName: String, log: Log = Log(role: "agent")) {
        var faults: [String] = []
        func text(_ name: String, _ standard: String) -> String {
            environment["ASSAY_AGENT_\(name)"].flatMap { $0.isEmpty ? nil : $0 } ?? standard
        }
        let url = text("URL", environment["ASSAY_URL"] ?? "http://127.0.0.1:8080")
        if !url.hasPrefix("http://"), !url.hasPrefix("https://") {
            faults.append("ASSAY_AGENT_URL must begin with http:// or https://")
        }
        let home = text("HOME", environment["HOME"].map { $0 + "/.local/state/assay-agent" } ?? "/var/lib/assay-agent")
        if !home.hasPrefix("/") { faults.append("ASSAY_AGENT_HOME must be an absolute path") }
        let slotsText = text("SLOTS", "2")
        let slots = Int(slotsText) ?? 0
        if !(1...256).contains(slots) { faults.append("ASSAY_AGENT_SLOTS must be a number from 1 to 256") }
        let labels = text("LABELS", "").split(separator: ",").map { $0.filter { $0 != " " } }.filter { !$0.isEmpty }
        for label in labels where !isTag(label) { faults.append("ASSAY_AGENT_LABELS: '\(label)' is not a label") }
        var token: String? = text("ENROLMENT_TOKEN", "")
        let tokenFile = text("ENROLMENT_TOKEN_FILE", "")
        if token?.isEmpty == true, !tokenFile.isEmpty {
            token = fileBytes(tokenFile, maximumBytes: 4_096)
                .map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } }
        }
        if token?.isEmpty == true { token = nil }
        let caFile = text("CA_FILE", "")
        let path = text("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        var limits = CommandLimits()
        func megabytes(_ name: String, _ standard: String) -> (text: String, bytes: UInt64) {
            let value = text(name, standard)
            guard let number = UInt64(value), number <= 1 << 40 else {
                faults.append("ASSAY_AGENT_\(name) must be a number of megabytes, 0 for no limit")
                return (value, 0)
            }
            return (value, number << 20)
        }
        let fileLimit = megabytes("MAX_FILE_MB", "1024")
        let memoryLimit = megabytes("MAX_MEMORY_MB", "0")
        limits.fileBytes = fileLimit.bytes
        limits.memoryBytes = memoryLimit.bytes
        let name = text("NAME", hostName.isEmpty ? "agent" : hostName)
        configuration = AgentConfiguration(
            url: url, stateDirectory: home, name: name, labels: labels, slots: slots, enrolmentToken: token,
            caFile: caFile.isEmpty ? nil : caFile, path: path, limits: limits, log: log)
        self.faults = faults
        listing = [
            ("ASSAY_AGENT_URL", url), ("ASSAY_AGENT_HOME", home), ("ASSAY_AGENT_NAME", name),
            ("ASSAY_AGENT_LABELS", labels.joined(separator: ",")), ("ASSAY_AGENT_SLOTS", slotsText),
            ("ASSAY_AGENT_ENROLMENT_TOKEN", token == nil ? "" : "***"),
            ("ASSAY_AGENT_ENROLMENT_TOKEN_FILE", tokenFile), ("ASSAY_AGENT_CA_FILE", caFile),
            ("ASSAY_AGENT_PATH", path),
            ("ASSAY_AGENT_MAX_FILE_MB", fileLimit.text), ("ASSAY_AGENT_MAX_MEMORY_MB", memoryLimit.text),
        ]
    }
}
