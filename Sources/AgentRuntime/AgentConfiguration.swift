package import Daemon

/// Everything an agent is told at its start.
package struct AgentConfiguration: Sendable {
    /// Address of the server, such as `https://assay.example.org`.
    package var url: String
    /// Directory for the credential, the spool and workspaces; made when absent.
    package var stateDirectory: String
    package var name: String
    package var labels: [String]
    /// Attempts run at once.
    package var slots: Int
    /// Used once, when there is no credential yet.
    package var enrolmentToken: String?
    /// PEM file of the authorities to trust for the server.
    package var caFile: String?
    /// `PATH` of commands.
    package var path: String
    package var budgets: AttemptBudgets
    package var limits: CommandLimits
    package var programs: AgentPrograms
    package var clock: AgentClock
    package var log: Log

    package init(
        url: String, stateDirectory: String, name: String, labels: [String] = [], slots: Int = 1,
        enrolmentToken: String? = nil, caFile: String? = nil,
        path: String = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        budgets: AttemptBudgets = AttemptBudgets(), limits: CommandLimits = CommandLimits(),
        programs: AgentPrograms = .installed, clock: AgentClock = .system, log: Log = Log(role: "agent")
    ) {
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.stateDirectory = stateDirectory
        self.name = name
        self.labels = labels
        self.slots = slots
        self.enrolmentToken = enrolmentToken
        self.caFile = caFile
        self.path = path
        self.budgets = budgets
        self.limits = limits
        self.programs = programs
        self.clock = clock
        self.log = log
    }

    var workDirectory: String { stateDirectory + "/work" }
    var spoolDirectory: String { stateDirectory + "/spool" }
    var credentialPath: String { stateDirectory + "/agent.json" }
}

/// Why an agent cannot start.
package struct AgentStartError: Error, Equatable, Sendable, CustomStringConvertible {
    /// One sentence for the person who started it.
    package let description: String

    package init(_ description: String) { self.description = description }
}
