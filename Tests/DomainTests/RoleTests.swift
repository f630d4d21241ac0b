import Testing

@testable import Domain

@Suite struct RoleTests {
    @Test func `each role includes what the contract says it includes`() {
        #expect(Role.viewer.permissions == [.read, .keepOwnThings])
        #expect(Role.qaEngineer.permissions.isStrictSuperset(of: Role.viewer.permissions))
        #expect(Role.devLead.permissions.isStrictSuperset(of: Role.qaEngineer.permissions))
        for lower in [Role.viewer, .qaEngineer, .devLead, .productOwner] {
            #expect(Role.testManager.permissions.isStrictSuperset(of: lower.permissions))
        }
        #expect(Role.admin.permissions.isStrictSuperset(of: Role.testManager.permissions))
        #expect(Role.ci.permissions == [.read, .keepOwnThings, .startExecution, .ingestResults])
        #expect(Role.agent.permissions == [.agentProtocol])
    }

    @Test(arguments: [
        (Role.viewer, Permission.startExecution, false), (.qaEngineer, .startExecution, true),
        (.qaEngineer, .acknowledgeAlerts, false), (.devLead, .acknowledgeAlerts, true),
        (.productOwner, .acknowledgeAlerts, true), (.productOwner, .editCatalog, false),
        (.devLead, .manageSecrets, false), (.testManager, .manageSecrets, true), (.testManager, .administer, false),
        (.admin, .administer, true), (.admin, .agentProtocol, false), (.ci, .cancelExecution, false),
        (.qaEngineer, .readSecretNames, true), (.viewer, .readSecretNames, false),
    ])
    func `allows`(role: Role, permission: Permission, isAllowed: Bool) {
        #expect(role.allows(permission) == isAllowed)
    }

    @Test func `only admins administer and nobody but an agent speaks its protocol`() {
        for role in Role.allCases {
            #expect(role.allows(.administer) == (role == .admin))
            #expect(role.allows(.agentProtocol) == (role == .agent))
        }
        #expect(!Role.assignable.contains(.admin) && !Role.assignable.contains(.agent))
    }

    @Test func `scopes narrow and never widen`() {
        for permission in Permission.allCases {
            #expect(Scope.write.allows(permission) == (permission != .agentProtocol))
            #expect(Scope.read.allows(permission) == (permission == .read || permission == .readSecretNames))
            #expect(Scope.ingest.allows(permission) == (permission == .ingestResults))
            #expect(Scope.agent.allows(permission) == (permission == .enrolAgents))
        }
        #expect(Scope.allCases.sorted() == [.agent, .ingest, .read, .write])
    }
}
