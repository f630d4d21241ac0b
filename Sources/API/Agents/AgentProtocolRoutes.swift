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
            let accepted = try call.services.acceptOffers.accept(
                try call.id(), fence: request.fence, by: try call.agentCaller())
            return try .encoded(try call.assignment(accepted), headers: [("Cache-Control", "no-store")])
        },
        Route(
            .post, "/agent/v1/accepts", .agent, "Take several offered executions",
            body: .json(AcceptsRequest.shape),
            answer: AnswerDoc(200, "An assignment for each, or why not.", .one("Accepts"))
        ) { call in
            let request = try call.read(AcceptsRequest.self)
            let results = try call.services.acceptOffers.accept(request.offers, by: try call.agentCaller())
            var answer = AcceptsResponse(assignments: [], refused: [])
            for (offer, result) in zip(request.offers, results) {
                switch result {
                case .success(let accepted): answer.assignments.append(try call.assignment(accepted))
                case .failure(let fault):
                    answer.refused.append(
                        .init(
                            execution: offer.execution, fence: offer.fence, code: problem(fault).code.rawValue))
                }
            }
            return try .encoded(answer, headers: [("Cache-Control", "no-store")])
        },
        Route(
            .post, "/agent/v1/executions/{id}/steps", .agent, "Send finished steps",
            body: .json(StepsRequest.shape), answer: AnswerDoc(200, "The last step that is safe.", .one("StepsAnswer"))
        ) { call in
            let report = AttemptReport(try call.id(), steps: try call.read(StepsRequest.self))
            let answer = try call.services.takeReports.take(report, by: try call.agentCaller())
            return try .encoded(StepsResponse(durableSeq: answer.durableSeq, cancel: answer.cancel))
        },
        Route(
            .post, "/agent/v1/executions/{id}/finish", .agent, "Send the verdict of the attempt",
            body: .json(FinishRequest.shape),
            answer: AnswerDoc(200, "What became of the execution.", .one("FinishAnswer"))
        ) { call in
            let report = AttemptReport(try call.id(), finish: try call.read(FinishRequest.self))
            let answer = try call.services.takeReports.take(report, by: try call.agentCaller())
            guard let status = answer.status else { throw ExecutionFault.staleFence }
            return try .encoded(FinishResponse(status: status, final: status.isFinal))
        },
        Route(
            .post, "/agent/v1/reports", .agent, "Send steps and verdicts of several attempts",
            body: .json(ReportsRequest.shape),
            answer: AnswerDoc(200, "What became of each, in order.", .one("Reports"))
        ) { call in
            let reports = try call.read(ReportsRequest.self).reports.map { AttemptReport($0) }
            let results = try call.services.takeReports.take(reports, by: try call.agentCaller())
            return try .encoded(
                ReportsResponse(answers: zip(reports, results).map { ReportsResponse.Answer($0, $1) }))
        },
    ]
}

extension ReportsResponse.Answer {
    fileprivate init(_ report: AttemptReport, _ result: Result<ReportAnswer, ExecutionFault>) {
        self.init(execution: report.execution, fence: report.fence)
        switch result {
        case .success(let answer):
            durableSeq = answer.durableSeq
            cancel = answer.cancel
            status = answer.status
            final = answer.status?.isFinal
        case .failure(let fault):
            code = problem(fault).code.rawValue
            if case .stepGap(let next) = fault { expected = next }
        }
    }
}

/// The problem that a request of its own would have answered.
private func problem(_ fault: ExecutionFault) -> Problem { fault.problem }

extension Call {
    /// The assignment with the values of the secrets that it names.
    fileprivate func assignment(_ accepted: AcceptOffers.Accepted) throws -> Assignment {
        var assignment = accepted.assignment
        if !accepted.secretNames.isEmpty {
            assignment.secrets = try services.secrets.values(project: accepted.project, names: accepted.secretNames)
        }
        return assignment
    }

    /// The agent in the session that `Assay-Session` names.
    func agentCaller() throws -> AgentCaller {
        guard let header = request.header("Assay-Session") else {
            throw Problem.invalid("header: Assay-Session", "is required")
        }
        guard let session = ID<AgentSession>(header) else { throw ExecutionFault.sessionEnded }
        return AgentCaller(agent: try agent(), session: session)
    }
}
