/// What a member of a project is there; the one place that says what each role may do.
package enum Role: String, CaseIterable, Hashable, Sendable {
    case viewer
    case qaEngineer = "qa_engineer"
    case devLead = "dev_lead"
    case productOwner = "product_owner"
    case testManager = "test_manager"
    /// Held through the user's admin flag, never as a membership.
    case admin
    /// Held by an agent's credential, never as a membership.
    case agent
    case ci

    /// Roles that a member of a project can be given.
    package static let assignable: [Role] = [.viewer, .qaEngineer, .devLead, .productOwner, .testManager, .ci]

    package func allows(_ permission: Permission) -> Bool { permissions.contains(permission) }

    package var permissions: Set<Permission> {
        switch self {
        case .viewer: Role.viewing
        case .qaEngineer: Role.testing
        case .devLead: Role.leading
        case .productOwner: Role.owning
        case .testManager: Role.managing
        case .admin: Set(Permission.allCases).subtracting([.agentProtocol])
        case .agent: [.agentProtocol]
        case .ci: [.read, .keepOwnThings, .startExecution, .ingestResults]
        }
    }

    private static let viewing: Set<Permission> = [.read, .keepOwnThings]

    private static let testing: Set<Permission> = viewing.union([
        .editCatalog, .startExecution, .cancelExecution, .retryExecution, .ingestResults, .readSecretNames,
        .doManualSteps, .editOwnDashboards, .export,
    ])

    private static let leading: Set<Permission> = testing.union([
        .quarantine, .acknowledgeAlerts, .mergeClusters, .manageGates,
    ])

    private static let owning: Set<Permission> = viewing.union([
        .editOwnDashboards, .shareDashboards, .manageReports, .export, .acknowledgeAlerts,
    ])

    private static let managing: Set<Permission> = leading.union(owning).union([
        .manageAlertRules, .manageChannels, .manageTriggers, .manageSubscriptions, .manageSettings,
        .manageEnvironments, .manageSecrets, .manageSchedules, .enrolAgents, .manageAgents, .manageMembers, .pauseQueue,
        .manageDeadLetters,
    ])
}
