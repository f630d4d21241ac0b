/// One thing a person or a token may be allowed to do; routes name exactly one.
package enum Permission: String, CaseIterable, Hashable, Sendable {
    case read
    /// One's own tokens, logins and preferences.
    case keepOwnThings
    case editCatalog
    case startExecution
    case cancelExecution
    case retryExecution
    case ingestResults
    case readSecretNames
    case doManualSteps
    case editOwnDashboards
    case export
    case quarantine
    case acknowledgeAlerts
    case mergeClusters
    case manageGates
    case shareDashboards
    case manageReports
    case manageAlertRules
    case manageChannels
    case manageTriggers
    case manageSubscriptions
    case manageSettings
    case manageEnvironments
    case manageSecrets
    case manageSchedules
    /// Tokens that enrol agents.
    case enrolAgents
    /// Drain and revocation of the project's own agents.
    case manageAgents
    case manageMembers
    case pauseQueue
    case manageDeadLetters
    /// Projects, users, shared agents, cache, retention, audit: no project role grants it.
    case administer
    /// The agent protocol: only an agent's credential grants it.
    case agentProtocol

    /// Whether a change with it is done in an archived project too: what ends something, or says who may see it.
    package var holdsInArchive: Bool {
        switch self {
        case .cancelExecution, .manageMembers, .manageAgents, .administer: true
        default: false
        }
    }
}

/// What an API token may be used for; a token never allows more than its owner's role does.
package enum Scope: String, CaseIterable, Hashable, Sendable, Comparable {
    case read
    /// Everything the owner may do, reading included.
    case write
    case ingest
    case agent

    /// Whether a token with this scope may use `permission`, if its owner may.
    package func allows(_ permission: Permission) -> Bool {
        switch self {
        case .read: permission == .read || permission == .readSecretNames
        case .write: permission != .agentProtocol
        case .ingest: permission == .ingestResults
        case .agent: permission == .enrolAgents
        }
    }

    package static func < (left: Scope, right: Scope) -> Bool { left.rawValue < right.rawValue }
}
