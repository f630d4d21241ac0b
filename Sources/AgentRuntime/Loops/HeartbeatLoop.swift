import Daemon
import Domain
import Wire

/// Opens the session and renews its lease, on a thread of its own so that no work can starve it.
final class HeartbeatLoop {
    private let runtime: Runtime
    private let server: AgentServer
    private var failures = 0
    private var openedAtMs: Int64 = 0
    private var isOutageLogged = false

    init(_ runtime: Runtime) {
        self.runtime = runtime
        server = AgentServer(runtime.address)
    }

    func run() {
        while !runtime.stop.isUp {
            let waitMs = runOnce()
            runtime.session.beatBell.wait(timeoutMs: waitMs)
        }
    }

    /// Opens a session or sends one beat; returns the milliseconds to the next.
    func runOnce() -> Int64 {
        if let session = runtime.session.id { beat(session) } else { open() }
    }

    private func open() -> Int64 {
        let now = runtime.clock.monotonicMs()
        // Two agents with one credential would replace each other for ever: not more than one opening in 2 s.
        if openedAtMs > 0, now - openedAtMs < 2_000, failures == 0 { return 2_000 - (now - openedAtMs) }
        let configuration = runtime.configuration
        let request = OpenSessionRequest(
            protocol: agentProtocolVersion, labels: configuration.labels, slots: configuration.slots,
            isolation: "rlimit")
        let body = (try? encodeJSON(request)) ?? []
        switch server.post("/agent/v1/session", body, session: nil, as: OpenSessionResponse.self) {
        case .ok(let response):
            failures = 0
            isOutageLogged = false
            openedAtMs = runtime.clock.monotonicMs()
            runtime.session.opened(response)
            runtime.log.info("session.opened", ["session": "\(response.session)"])
            return 0
        case .refused(401, _, _, _):
            runtime.revoke()
            return 0
        case .refused(_, let code, let detail, _): return failed("\(code) \(detail)")
        case .unavailable(let why): return failed(why)
        }
    }

    private func beat(_ session: String) -> Int64 {
        let started = runtime.clock.monotonicMs()
        let request = HeartbeatRequest(
            inventory: runtime.attempts.inventory, streamOpen: runtime.session.isStreamOpen)
        let body = (try? encodeJSON(request)) ?? []
        let answer = server.post(
            "/agent/v1/heartbeat", body, session: session, timeoutMs: 3_000, as: HeartbeatResponse.self)
        switch answer {
        case .ok(let response):
            failures = 0
            isOutageLogged = false
            obey(response)
            runtime.session.renewed(session, startedMs: started, beatMs: response.beatMs, leaseMs: response.leaseMs)
            let jittered = response.beatMs - Int64.random(in: 0...max(1, response.beatMs / 10))
            return max(50, jittered - (runtime.clock.monotonicMs() - started))
        case .refused(401, _, _, _):
            runtime.revoke()
            return 0
        case .refused(409, _, let detail, _):
            runtime.log.warning("session.ended", ["detail": .text(detail)])
            runtime.session.ended(session)
            return 0
        case .refused(_, let code, let detail, _): return failed("\(code) \(detail)")
        case .unavailable(let why): return failed(why)
        }
    }

    /// Drops come first: only then may the session be trusted again.
    private func obey(_ response: HeartbeatResponse) {
        for holding in response.drop {
            runtime.log.warning(
                "attempt.dropped", ["executionId": "\(holding.execution)", "fence": .count(holding.fence)])
            runtime.attempts.drop(holding)
        }
        let now = runtime.clock.monotonicMs()
        for order in response.cancel {
            runtime.attempts.cancel(Holding(execution: order.execution, fence: order.fence), atMs: now)
        }
        runtime.session.setDraining(response.drain)
        response.offers.forEach { runtime.offers.add($0, atMs: now) }
    }

    private func failed(_ why: String) -> Int64 {
        failures += 1
        if !isOutageLogged { runtime.log.warning("server.unavailable", ["why": .text(why)]) }
        isOutageLogged = true
        // Inside a 4 s lease there must be room for several tries.
        return runtime.backOff(200, failures - 1, cap: 2_000)
    }
}
