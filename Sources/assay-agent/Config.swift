import AgentRuntime
import Glibc

/// The only place of this program that reads the environment.
enum Config {
    static func read() -> AgentSettings {
        var environment: [String: String] = [:]
        let names = [
            "ASSAY_URL", "ASSAY_AGENT_URL", "ASSAY_AGENT_HOME", "ASSAY_AGENT_NAME", "ASSAY_AGENT_LABELS",
            "ASSAY_AGENT_SLOTS",
            "ASSAY_AGENT_ENROLMENT_TOKEN", "ASSAY_AGENT_ENROLMENT_TOKEN_FILE", "ASSAY_AGENT_CA_FILE",
            "ASSAY_AGENT_PATH", "ASSAY_AGENT_MAX_FILE_MB", "ASSAY_AGENT_MAX_MEMORY_MB", "HOME",
        ]
        for name in names {
            if let value = getenv(name) { environment[name] = String(cString: value) }
        }
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let bytes = host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return AgentSettings(
            environment, hostName: String(decoding: bytes, as: UTF8.self))
    }
}
