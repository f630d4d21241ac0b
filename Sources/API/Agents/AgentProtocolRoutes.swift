import Domain
import Executions
import FastCGI
import Identity
import Wire

extension Routes {
    static let agentProtocol: [Route] = [
        Route(
            .post, "/agent/v1/session", .agent, "Open a session; it replaces the agent's older one",
            body: .json(OpenSessionRequest.shape),
            answer: AnswerDoc(201, "The session and its intervals.", .one("Session"))
        ) { call in
            let request = try call.read(OpenSessionRequest.self)
            return try .encoded(try call.services.openSession.open(try call.agent(), request), status: 201)
        },
        Route(
            .get, "/agent/v1/session", .agent, "Say that a credential is good",
            answer: AnswerDoc(204, "It is. The web server asks before it takes the bytes of an artifact.")
        ) { _ in .empty },
        Route(
            .post, "/agent/v1/heartbeat", .agent, "Renew the lease and compare what is held",
            body: .json(HeartbeatRequest.shape),
            answer: AnswerDoc(200, "What to drop, cancel and accept.", .one("Heartbeat")), ringsBell: false
        ) { call in
            let request = try call.read(HeartbeatRequest.self)
            return try .encoded(try call.services.beat.beat(request, by: try call.agentCaller()))
        },
        Route(
            .post, "/agent/v1/executions/{id}/accept", .agent, "Take an offered execution",
            body: .json(AcceptRequest.shape),
            answer: AnswerDoc(200, "All that is needed to run it.", .one("Assignment"))
        ) { call in
            let request = try call.read(AcceptRequest.self)
            var accepted = try call.services.acceptOffer.accept(
                try call.id(), fence: request.fence, by: try call.agentCaller())
            accepted.assignment.secrets = try call.services.secrets.values(
                project: accepted.project, names: accepted.secretNames)
            return try .encoded(accepted.assignment, headers: [("Cache-Control", "no-store")])
        },
        Route(
            .post, "/agent/v1/executions/{id}/steps", .agent, "Send finished steps",
            body: .json(StepsRequest.shape), answer: AnswerDoc(200, "The last step that is safe.", .one("StepsAnswer"))
        ) { call in
            let request = try call.read(StepsRequest.self)
            return try .encoded(
                try call.services.recordSteps.record(try call.id(), request, by: try call.agentCaller()))
        },
        Route(
            .post, "/agent/v1/executions/{id}/finish", .agent, "Send the verdict of the attempt",
            body: .json(FinishRequest.shape),
            answer: AnswerDoc(200, "What became of the execution.", .one("FinishAnswer"))
        ) { call in
            let request = try call.read(FinishRequest.self)
            return try .encoded(
                try call.services.finishAttempt.finish(try call.id(), request, by: try call.agentCaller()))
        },
    ]
}

extension Call {
    /// The agent in the session that `Assay-Session` names.
    func agentCaller() throws -> AgentCaller {
        guard let header = request.header("Assay-Session") else {
            throw Problem.invalid("header: Assay-Session", "is required")
        }
        guard let session = ID<AgentSession>(header) else { throw ExecutionFault.sessionEnded }
        return AgentCaller(agent: try agent(), session: session)
    }
}
