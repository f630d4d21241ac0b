import Daemon
import Domain
import Glibc
import Wire

/// Sends what a killed agent left on disk: late, once, and without hope of being counted; then removes it.
///
/// The attempts belong to a lost session, so the server answers `stale_fence` and keeps the records apart.
struct LateSpools {
    let runtime: Runtime
    let paths: [String]

    /// Notes the files that are there before this agent makes its own.
    init(_ runtime: Runtime) {
        self.runtime = runtime
        let directory = runtime.configuration.spoolDirectory
        paths = directoryEntries(directory).filter { $0.hasSuffix(".ndjson") }.map { "\(directory)/\($0)" }
    }

    func run() {
        let server = AgentServer(runtime.address)
        for path in paths where !runtime.stop.isUp {
            send(Spool.read(path), server)
            if !runtime.stop.isUp { unlink(path) }
        }
    }

    private func send(_ content: SpoolContent, _ server: AgentServer) {
        guard let holding = content.holding else { return }
        let prefix = "/agent/v1/executions/\(holding.execution)"
        runtime.log.info(
            "spool.late", ["executionId": "\(holding.execution)", "steps": .count(content.steps.count)])
        var steps = content.steps[...]
        while let first = steps.first {
            let batch = Array(steps.prefix(Outbox.batchSteps))
            let body = stepsBody(fence: holding.fence, firstSeq: first.sequence, steps: batch, running: nil)
            guard attempt({ server.post("\(prefix)/steps", body, session: $0, as: Ignored.self) }) else { return }
            steps = steps.dropFirst(batch.count)
        }
        guard let finish = content.finish, let body = try? encodeJSON(finish) else { return }
        _ = attempt { server.post("\(prefix)/finish", body, session: $0, as: Ignored.self) }
    }

    /// True when the server took it; tries a server that does not answer five times.
    private func attempt(_ call: (String) -> ServerAnswer<Ignored>) -> Bool {
        for failures in 0..<5 {
            while runtime.session.id == nil {
                if !runtime.pause(50) { return false }
            }
            guard let session = runtime.session.id else { continue }
            switch call(session) {
            case .ok: return true
            case .refused: return false
            case .unavailable: if !runtime.pause(runtime.backOff(200, failures, cap: 2_000)) { return false }
            }
        }
        return false
    }
}
