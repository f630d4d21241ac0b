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
                expiresInMs: call.body["expiresInMs"]?.integer ?? 3_600_000,
                meant: EnrolAgent.Meant(
                    name: call.body["name"]?.string,
                    labels: call.body["labels"]?.array?.compactMap(\.string) ?? [],
                    slots: call.body["slots"]?.integer.map { Int($0) }))
            try call.audit("agent.enrolmentToken", "enrolmentToken", enrolment.id)
            return .json(
                [
                    "id": .string(enrolment.id.description), "token": .string(enrolment.token),
                    "expiresAt": .time(enrolment.expiresAt),
                ], status: 201)
        },
        Route(
            .get, "/api/v1/agents/enrolment-tokens", .project(.enrolAgents, .query),
            "List the tokens that wait for their agent", query: [.project],
            answer: AnswerDoc(
                200, "Tokens, newest first; an admin sees those of shared agents too.", .page("WaitingToken"))
        ) { call in
            let key = try call.projectKey()
            let tokens = try call.services.enrolAgent.waiting(
                project: try call.project(), includingShared: try call.administersEverything)
            return .page(tokens.map { $0.json(project: key) })
        },
        Route(
            .delete, "/api/v1/agents/enrolment-tokens/{token}", .project(.enrolAgents, .query),
            "Take an enrolment token back", query: [.project],
            answer: AnswerDoc(204, "Nothing can be enrolled with it any more.")
        ) { call in
            let project = try call.project()
            guard let id = UUIDv7(call.parameter("token")) else { throw Problem(.notFound) }
            let shared = try call.administersEverything
            try call.change { tx in
                try call.services.enrolAgent.withdraw(id, project: project, includingShared: shared, in: tx)
                return ((), AuditEntry("agent.withdrawToken", "enrolmentToken", id.description, project: project))
            }
            return .empty
        },
        Route(
            .get, "/api/v1/agents/{id}/work", .project(.read, .query), "List what an agent runs now", query: [.project],
            answer: AnswerDoc(200, "Executions of this project, and how many of others.", .one("AgentWork")),
            isLive: true
        ) { call in
            let project = try call.project()
            let work = try call.services.agentAdministration.work(of: try call.id(), project: project)
            var filter = ExecutionFilter()
            (filter.ids, filter.rootsOnly) = (work.executions, false)
            let page = try call.services.findExecutions.list(project: project, filter, limit: 1000, after: nil)
            return .json(["items": .array(page.items), "others": .count(work.others)])
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

extension Call {
    /// Whether the caller looks after the whole installation.
    fileprivate var administersEverything: Bool {
        get throws { try principal().access(everywhere: .administer) == .allowed }
    }
}

extension EnrolAgent.Waiting {
    fileprivate func json(project: String) -> JSONValue {
        [
            "id": .string(id.description), "project": isShared ? .null : .string(project), "name": .text(meant.name),
            "labels": .texts(meant.labels), "slots": .count(meant.slots), "createdAt": .time(createdAt),
            "expiresAt": .time(expiresAt),
        ]
    }
}
