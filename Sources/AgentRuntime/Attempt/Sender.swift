import Daemon
import Domain
import Transfer
import Wire

/// Sends one attempt's outbox until the server has everything, the attempt is dropped or time is up.
final class Sender {
    /// How long a finished attempt is offered to a server that does not answer.
    private static let patienceMs: Int64 = 600_000

    private enum Step { case again, later, over, keep }

    private let runtime: Runtime
    private let control: AttemptControl
    private let outbox: Outbox
    private let server: AgentServer
    private let prefix: String
    private let abort = AbortSwitch()
    private var failures = 0

    init(_ runtime: Runtime, _ control: AttemptControl, _ outbox: Outbox) {
        self.runtime = runtime
        self.control = control
        self.outbox = outbox
        server = AgentServer(runtime.address)
        prefix = "/agent/v1/executions/\(outbox.holding.execution)"
    }

    func run() {
        control.drop.attach(abort)
        var giveUpAt: Int64?
        while !control.drop.isUp {
            if outbox.isFinished, giveUpAt == nil { giveUpAt = runtime.clock.monotonicMs() + Self.patienceMs }
            if let giveUpAt, runtime.clock.monotonicMs() > giveUpAt { return }
            switch runOnce() {
            case .again: failures = 0
            case .later:
                failures += 1
                pollOne(control.drop.descriptor, timeoutMs: runtime.backOff(100, failures - 1, cap: 2_000))
            case .over:
                outbox.discard()
                return
            case .keep: return
            }
        }
        outbox.discard()
    }

    private func runOnce() -> Step {
        let task = outbox.next()
        if case .wait(let milliseconds) = task {
            outbox.sleep(ms: milliseconds)
            return .again
        }
        // Another agent may hold this attempt when the lease has run out: silence until a beat has confirmed it.
        guard let session = runtime.session.trustedID else { return .later }
        switch task {
        case .report(let steps, let firstSeq, let running, let output, let finish):
            return send(
                OutgoingReport(
                    outbox.holding, firstSeq: firstSeq, steps: steps, running: running, output: output, finish: finish),
                session)
        case .artifact(let file): return send(file, session)
        case .wait: return .again
        }
    }

    private func send(_ report: OutgoingReport, _ session: String) -> Step {
        let answer = runtime.reports.post(report)
        if case .ok(let response) = answer {
            outbox.live.sent()
            outbox.durable(response.durableSeq ?? report.firstSeq - 1, told: report.running)
            if response.cancel == true { control.orderCancel(atMs: runtime.clock.monotonicMs()) }
            return response.status == nil ? .again : .over
        }
        if case .refused(let status, let code, let detail, _) = answer, status != 401, status != 404, status != 409 {
            runtime.log.warning(
                "steps.refused", fields(["why": "\(status) \(code)", "firstSeq": .count(report.firstSeq)]))
            // What was shown while it ran is worth less than any step.
            outbox.live.sent()
            if report.hasOutput { return .again }
            let steps = report.steps
            if steps.allSatisfy({ outbox.strip($0.sequence, because: detail) }), !steps.isEmpty { return .again }
            return drop()
        }
        return refused(answer, session)
    }

    private func send(_ file: ArtifactFile, _ session: String) -> Step {
        let query = "?fence=\(outbox.holding.fence)&droppedBytes=\(file.droppedBytes)"
        let answer = server.put(
            "\(prefix)/artifacts/\(file.name)\(query)", file: file.path, mediaType: file.mediaType, session: session,
            abort: abort, as: Ignored.self)
        switch answer {
        case .ok:
            outbox.sent(file)
            return .again
        case .refused(let status, let code, _, _)
        where status != 401 && code != "stale_fence" && code != "session_ended":
            // An artifact is worth less than the verdict.
            runtime.log.warning("artifact.refused", fields(["why": "\(status) \(code)", "name": .text(file.name)]))
            outbox.sent(file)
            return .again
        default: return refused(answer, session)
        }
    }

    private func refused<Value>(_ answer: ServerAnswer<Value>, _ session: String) -> Step {
        switch answer {
        case .ok: return .again
        case .unavailable(let why):
            if failures == 0 { runtime.log.warning("results.waiting", fields(["why": .text(why)])) }
            return .later
        case .refused(401, _, _, _):
            runtime.revoke()
            return .keep
        case .refused(_, "session_ended", _, _):
            runtime.session.ended(session)
            return .later
        case .refused(_, "step_gap", _, let expected):
            guard let expected, outbox.resync(from: expected) else { return drop() }
            return failures > 20 ? drop() : .again
        case .refused(let status, let code, let detail, _):
            runtime.log.warning("attempt.dropped", fields(["why": "\(status) \(code) \(detail)"]))
            return drop()
        }
    }

    private func drop() -> Step {
        control.orderDrop()
        return .over
    }

    private func fields(_ more: [String: LogValue]) -> [String: LogValue] {
        more.merging([
            "executionId": "\(outbox.holding.execution)", "fence": .count(outbox.holding.fence),
        ]) { new, _ in new }
    }
}

/// The body of a steps request from steps that are encoded already.
func stepsBody(fence: Int, firstSeq: Int, steps: [EncodedStep], running: RunningStep?) -> [UInt8] {
    var body = Array("{\"fence\":\(fence),\"firstSeq\":\(firstSeq),\"steps\":[".utf8)
    for (index, step) in steps.enumerated() {
        if index > 0 { body.append(UInt8(ascii: ",")) }
        body += step.bytes
    }
    body.append(UInt8(ascii: "]"))
    if let running, let bytes = try? encodeJSON(running) { body += Array(",\"running\":".utf8) + bytes }
    return body + [UInt8(ascii: "}")]
}
