import Domain
import Wire

/// Sends the reports of all attempts, as many in one request as are there.
final class ReportLoop {
    private let runtime: Runtime
    private let server: AgentServer

    init(_ runtime: Runtime) {
        self.runtime = runtime
        server = AgentServer(runtime.address)
    }

    func run() { runtime.reports.run(send) }

    private func send(_ reports: [OutgoingReport]) -> [ServerAnswer<ReportsResponse.Answer>] {
        guard let session = runtime.session.trustedID else {
            return reports.map { _ in .unavailable("the lease may have run out") }
        }
        var body = Array("{\"reports\":[".utf8)
        for (index, report) in reports.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += report.bytes
        }
        body += Array("]}".utf8)
        switch server.post("/agent/v1/reports", body, session: session, as: ReportsResponse.self) {
        case .ok(let response): return response.answers.map(Self.answer)
        case .refused(let status, let code, let detail, let expected):
            // Said of the request: alone, each hears whether it is meant.
            if reports.count > 1, status != 401 { return [] }
            return reports.map { _ in .refused(status: status, code: code, detail: detail, expected: expected) }
        case .unavailable(let why): return reports.map { _ in .unavailable(why) }
        }
    }

    private static func answer(_ answer: ReportsResponse.Answer) -> ServerAnswer<ReportsResponse.Answer> {
        guard let code = answer.code else { return .ok(answer) }
        let status =
            ["stale_fence", "step_gap", "session_ended"].contains(code) ? 409 : code == "not_found" ? 404 : 422
        return .refused(status: status, code: code, detail: code, expected: answer.expected)
    }
}

/// One attempt's part of a request, encoded: its steps are, already.
struct OutgoingReport: Sendable {
    let firstSeq: Int
    let steps: [EncodedStep]
    let running: RunningStep?
    let hasOutput: Bool
    let bytes: [UInt8]

    init(
        _ holding: Holding, firstSeq: Int, steps: [EncodedStep], running: RunningStep?, output: [OutputChunk],
        finish: FinishRequest?
    ) {
        self.firstSeq = firstSeq
        self.steps = steps
        self.running = running
        hasOutput = !output.isEmpty
        var body = Array(
            "{\"execution\":\"\(holding.execution)\",\"fence\":\(holding.fence),\"firstSeq\":\(firstSeq),\"steps\":["
                .utf8)
        for (index, step) in steps.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            body += step.bytes
        }
        body.append(UInt8(ascii: "]"))
        if let running, let text = try? encodeJSON(running) { body += Array(",\"running\":".utf8) + text }
        if hasOutput, let text = try? encodeJSON(output) { body += Array(",\"output\":".utf8) + text }
        if let finish, let text = try? encodeJSON(Self.end(finish)) { body += Array(",\"finish\":".utf8) + text }
        bytes = body + [UInt8(ascii: "}")]
    }

    private static func end(_ finish: FinishRequest) -> ReportsRequest.End {
        ReportsRequest.End(
            lastSeq: finish.lastSeq, verdict: finish.verdict, error: finish.error, resourceUsage: finish.resourceUsage)
    }
}
