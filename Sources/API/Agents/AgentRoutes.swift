import Domain
import Executions
import FastCGI
import Identity
import Wire

extension Routes {
    static let agents: [Route] = [
        Route(
            .post, "/api/v1/agents/enrolment-tokens", .project(.enrolAgents, .optionalBody),
            "Make a one-time token that enrols an agent", body: .json(AgentShapes.enrolmentToken),
            answer: AnswerDoc(201, "The token; it is shown this once.", .one("EnrolmentToken"))
        ) { call in
            let enrolment = try call.services.enrolAgent.issueToken(
                project: call.context.project?.id, by: try call.principal().userID.uuid,
                expiresInMs: call.body["expiresInMs"]?.integer ?? 3_600_000)
            try call.audit("agent.enrolmentToken", "enrolmentToken", enrolment.id)
            return .json(
                [
                    "id": .string(enrolment.id.description), "token": .string(enrolment.token),
                    "expiresAt": .time(enrolment.expiresAt),
                ], status: 201)
        },
        Route(
            .post, "/api/v1/agents/register", .anyone, "Enrol an agent with a one-time token",
            body: .json(RegisterAgentRequest.shape),
            answer: AnswerDoc(201, "The agent and its credential, shown this once.", .one("RegisteredAgent"))
        ) { call in
            let answer = try call.services.enrolAgent.register(try call.read(RegisterAgentRequest.self))
            return try .encoded(answer, status: 201)
        },
        Route(
            .get, "/api/v1/agents", .project(.read, .query), "List the agents that may do a project's work",
            query: [.project], answer: AnswerDoc(200, "Agents of the project and shared ones.", .page("Agent")),
            isLive: true
        ) { call in
            .page(
                try call.services.agentAdministration.list(
                    project: try call.project(), projectKey: try call.projectKey(), now: call.now))
        },
        Route(
            .delete, "/api/v1/agents/{id}", .project(.manageAgents, .owner(.agent)), "Revoke an agent",
            answer: AnswerDoc(204, "Revoked; what it ran is offered to others.")
        ) { call in
            let id: ID<Agent> = try call.id()
            try call.services.agentAdministration.revoke(id)
            try call.audit("agent.revoke", "agent", id)
            return .empty
        },
        Route(
            .post, "/api/v1/agents/{id}/drain", .project(.manageAgents, .owner(.agent)),
            "Let an agent finish and give it nothing more", answer: AnswerDoc(204, "Draining.")
        ) { call in
            let id: ID<Agent> = try call.id()
            do {
                try call.services.agentAdministration.drain(id)
            } catch ExecutionFault.notFound {
                throw Problem(.conflict, "The agent is not online.")
            }
            try call.audit("agent.drain", "agent", id)
            return .empty
        },
    ]
}
