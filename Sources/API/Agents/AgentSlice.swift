import Domain
package import Executions
import Wire

extension Slice {
    /// Enrolling and steering agents, and the protocol they speak.
    static let agents = Slice(
        routes: Routes.agents + Routes.agentProtocol,
        answers: AnswerShapes.agents)
}

extension OwnedKind {
    static let agent = OwnedKind("agent") { try $0.agentAdministration.owner(of: ID($1)) }
}

extension Services {
    package var enrolAgent: EnrolAgent { EnrolAgent(pool: pool) }
    package var agentAdministration: AgentAdministration { AgentAdministration(pool: pool) }
    package var openSession: OpenSession { OpenSession(pool: pool) }
    package var beat: Beat { Beat(pool: pool) }
    package var takeReports: TakeReports { TakeReports(pool: pool) }
}
