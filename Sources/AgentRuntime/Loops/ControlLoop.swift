import Daemon
import Domain
import Transfer
import Wire

/// Holds the control stream open: offers, cancels, drain and intervals arrive on it.
final class ControlLoop {
    /// The server sends a comment every 15 s.
    private static let idleMs = 45_000

    private let runtime: Runtime
    private let server: AgentServer

    init(_ runtime: Runtime) {
        self.runtime = runtime
        server = AgentServer(runtime.address)
    }

    func run() {
        var failures = 0
        while !runtime.stop.isUp {
            guard let session = runtime.session.id else {
                if !runtime.pause(50) { return }
                continue
            }
            let start = runtime.clock.monotonicMs()
            listen(session)
            runtime.session.setStreamOpen(false)
            failures = runtime.clock.monotonicMs() - start > 5_000 ? 0 : failures + 1
            if !runtime.pause(runtime.backOff(100, failures, cap: 5_000)) { return }
        }
    }

    /// One connection, to its end.
    func listen(_ session: String) {
        let abort = AbortSwitch()
        runtime.stop.attach(abort)
        defer { runtime.stop.detach(abort) }
        runtime.session.streamBegins(abort)
        var parser = EventParser()
        let answer = server.stream("/agent/v1/control", session: session, idleMs: Self.idleMs, abort: abort) { bytes in
            runtime.session.setStreamOpen(true)
            parser.feed(bytes).forEach(handle)
            return true
        }
        switch answer {
        case .refused(401, _, _, _): runtime.revoke()
        case .refused(409, _, _, _): runtime.session.ended(session)
        case .refused(_, let code, let detail, _): runtime.log.warning("control.refused", ["why": "\(code) \(detail)"])
        case .ok, .unavailable: break
        }
    }

    private struct Intervals: Decodable {
        var beatMs: Int64
        var leaseMs: Int64
    }

    private func handle(_ event: ServerEvent) {
        let data = Array(event.data.utf8)
        let now = runtime.clock.monotonicMs()
        switch event.name {
        case "offer":
            if let offer = try? decodeJSON(Offer.self, data) { runtime.offers.add(offer, atMs: now) }
        case "cancel":
            if let order = try? decodeJSON(CancelOrder.self, data) {
                runtime.attempts.cancel(Holding(execution: order.execution, fence: order.fence), atMs: now)
            }
        case "drain": runtime.session.setDraining(true)
        case "config":
            if let intervals = try? decodeJSON(Intervals.self, data) {
                runtime.session.configure(beatMs: intervals.beatMs, leaseMs: intervals.leaseMs)
            }
        default: break
        }
    }
}
