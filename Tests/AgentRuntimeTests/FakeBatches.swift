import Domain
import Doubles
import Wire

@testable import AgentRuntime

/// Requests for many attempts, answered as the same requests one by one would be: tests say what happens to one.
extension FakeAssay {
    func acceptEach(_ request: Received) -> Answer {
        guard let body = try? decodeJSON(AcceptsRequest.self, request.body) else { return .reply(400) }
        var response = AcceptsResponse(assignments: [], refused: [])
        for offer in body.offers {
            let answer = ask(request, offer.execution, "accept", AcceptRequest(fence: offer.fence))
            switch Outcome(answer) {
            case .taken(let bytes):
                guard let assignment = try? decodeJSON(Assignment.self, bytes) else { return answer }
                response.assignments.append(assignment)
            case .refused(let code, _):
                response.refused.append(.init(execution: offer.execution, fence: offer.fence, code: code))
            case .other: return answer
            }
        }
        return json(200, response)
    }

    func takeEach(_ request: Received) -> Answer {
        guard let body = try? decodeJSON(ReportsRequest.self, request.body) else { return .reply(400) }
        var answers: [ReportsResponse.Answer] = []
        for report in body.reports {
            var mine = ReportsResponse.Answer(execution: report.execution, fence: report.fence)
            mine.durableSeq = report.firstSeq - 1
            mine.cancel = false
            for part in parts(of: report) {
                let answer = ask(request, report.execution, part.name, part.body)
                switch Outcome(answer) {
                case .taken(let bytes):
                    if let steps = try? decodeJSON(StepsResponse.self, bytes) {
                        (mine.durableSeq, mine.cancel) = (steps.durableSeq, steps.cancel)
                    } else if let end = try? decodeJSON(FinishResponse.self, bytes) {
                        (mine.status, mine.final) = (end.status, end.final)
                    }
                    continue
                case .refused(let code, let expected): (mine.code, mine.expected) = (code, expected)
                case .other: return answer
                }
                break
            }
            answers.append(mine)
        }
        return json(200, ReportsResponse(answers: answers))
    }

    private func parts(of report: ReportsRequest.Report) -> [(name: String, body: any Encodable)] {
        var parts: [(name: String, body: any Encodable)] = []
        if let output = report.output { parts.append(("output", output)) }
        if !report.steps.isEmpty || report.running != nil {
            parts.append(
                (
                    "steps",
                    StepsRequest(
                        fence: report.fence, firstSeq: report.firstSeq, steps: report.steps, running: report.running)
                ))
        }
        if let end = report.finish {
            parts.append(
                (
                    "finish",
                    FinishRequest(
                        fence: report.fence, lastSeq: end.lastSeq, verdict: end.verdict, error: end.error,
                        resourceUsage: end.resourceUsage)
                ))
        }
        return parts
    }

    private func ask(_ batch: Received, _ execution: ID<Execution>, _ name: String, _ body: any Encodable) -> Answer {
        single(
            Received(
                method: "POST", target: "/agent/v1/executions/\(execution)/\(name)", headers: batch.headers,
                body: (try? encodeJSON(body)) ?? []))
    }
}

/// How one of a batch was answered.
private enum Outcome {
    case taken([UInt8])
    case refused(code: String, expected: Int?)
    /// What concerns the whole request: no session, no answer, an answer in no form.
    case other

    init(_ answer: HTTPServerDouble.Answer) {
        guard case .reply(let status, _, let bytes) = answer else {
            self = .other
            return
        }
        let problem = try? JSONParser.parse(bytes)
        let code = problem?["code"]?.string
        if (200..<300).contains(status), problem != nil {
            self = .taken(bytes)
        } else if (400..<500).contains(status), status != 401, let code, code != "session_ended" {
            self = .refused(code: code, expected: problem?["expected"]?.integer.map { Int($0) })
        } else {
            self = .other
        }
    }
}
