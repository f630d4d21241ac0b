import Domain
import Wire

/// Takes the offers of all slots, as many in one request as are there.
final class AcceptLoop {
    private let runtime: Runtime
    private let server: AgentServer

    init(_ runtime: Runtime) {
        self.runtime = runtime
        server = AgentServer(runtime.address)
    }

    func run() { runtime.accepts.run(send) }

    private func send(_ offers: [Offer]) -> [ServerAnswer<Assignment>] {
        guard let session = runtime.session.id else { return offers.map { _ in .unavailable("no session is open") } }
        let started = runtime.clock.monotonicMs()
        let request = AcceptsRequest(offers: offers.map { Holding(execution: $0.execution, fence: $0.fence) })
        let body = (try? encodeJSON(request)) ?? []
        switch server.post("/agent/v1/accepts", body, session: session, timeoutMs: 3_000, as: AcceptsResponse.self) {
        case .ok(let response):
            if let first = response.assignments.first {
                runtime.session.renewed(session, startedMs: started, beatMs: first.beatMs, leaseMs: first.leaseMs)
            }
            return offers.map { answer(to: $0, response) }
        case .refused(let status, let code, let detail, let expected):
            if code == "session_ended" { runtime.session.ended(session) }
            return offers.map { _ in .refused(status: status, code: code, detail: detail, expected: expected) }
        case .unavailable(let why): return offers.map { _ in .unavailable(why) }
        }
    }

    private func answer(to offer: Offer, _ response: AcceptsResponse) -> ServerAnswer<Assignment> {
        if let assignment = response.assignments.first(where: {
            $0.execution == offer.execution && $0.fence == offer.fence
        }) {
            return .ok(assignment)
        }
        let refusal = response.refused.first { $0.execution == offer.execution && $0.fence == offer.fence }
        return .refused(status: 409, code: refusal?.code ?? "", detail: "not ours any more", expected: nil)
    }
}
