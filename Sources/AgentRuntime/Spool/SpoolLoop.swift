import Daemon
import Domain
import Glibc
import Wire

/// How long and how much is kept for a server that does not answer.
struct SpoolBounds {
    var ageMs: Int64 = 7 * 86_400_000
    var bytes: Int64 = 256 << 20
}

/// Sends what attempts have left on disk: after a kill, or when the server was away for longer than a sender waits.
///
/// A file goes when the server has taken it or will never take it: the attempts may belong to a lost session by now, so
/// that the answer is `stale_fence` and the records are kept apart. Until then it stays, within `SpoolBounds`.
final class SpoolLoop {
    private enum Outcome { case settled, later }

    private let runtime: Runtime
    private let server: AgentServer
    private let bounds: SpoolBounds

    init(_ runtime: Runtime, bounds: SpoolBounds = SpoolBounds()) {
        self.runtime = runtime
        self.bounds = bounds
        server = AgentServer(runtime.address)
    }

    func run() {
        var failures = 0
        while !runtime.stop.isUp {
            let isDone = runOnce()
            failures = isDone ? 0 : failures + 1
            if !runtime.pause(isDone ? 30_000 : runtime.backOff(250, failures - 1, cap: 60_000)) { return }
        }
    }

    /// True when nothing is left that waits for the server.
    func runOnce() -> Bool {
        for file in keepWithinBounds(leftFiles()) where !runtime.stop.isUp {
            guard send(Spool.read(file.path)) == .settled else { return false }
            unlink(file.path)
        }
        return true
    }

    private struct LeftFile {
        let path: String
        let bytes: Int64
        let ageMs: Int64
    }

    /// The files of attempts that nobody works on, newest first.
    private func leftFiles() -> [LeftFile] {
        let directory = runtime.configuration.spoolDirectory
        let now = runtime.clock.now().milliseconds
        let files = directoryEntries(directory).compactMap { name -> LeftFile? in
            guard name.hasSuffix(".ndjson"), !runtime.attempts.holds(String(name.dropLast(7))) else { return nil }
            var status = stat()
            guard lstat("\(directory)/\(name)", &status) == 0 else { return nil }
            return LeftFile(
                path: "\(directory)/\(name)", bytes: Int64(status.st_size),
                ageMs: now - Int64(status.st_mtim.tv_sec) * 1000)
        }
        return files.sorted { $0.ageMs < $1.ageMs }
    }

    private func keepWithinBounds(_ files: [LeftFile]) -> [LeftFile] {
        var bytes: Int64 = 0
        return files.filter { file in
            bytes += file.bytes
            if file.ageMs <= bounds.ageMs, bytes <= bounds.bytes { return true }
            runtime.log.error("spool.given_up", ["path": .text(file.path), "bytes": .count(Int(file.bytes))])
            unlink(file.path)
            return false
        }
    }

    private func send(_ content: SpoolContent) -> Outcome {
        guard let holding = content.holding else { return .settled }
        let prefix = "/agent/v1/executions/\(holding.execution)"
        var steps = content.steps[...]
        while let first = steps.first {
            let batch = Array(steps.prefix(Outbox.batchSteps))
            let body = stepsBody(fence: holding.fence, firstSeq: first.sequence, steps: batch, running: nil)
            guard let isTaken = post("\(prefix)/steps", body) else { return .later }
            guard isTaken else { return .settled }
            steps = steps.dropFirst(batch.count)
        }
        guard let finish = content.finish, let body = try? encodeJSON(finish) else { return .settled }
        return post("\(prefix)/finish", body) == nil ? .later : .settled
    }

    /// Whether the server took it; nil when it said nothing that holds for ever.
    private func post(_ path: String, _ body: [UInt8]) -> Bool? {
        guard let session = runtime.session.id else { return nil }
        let answer = server.post(path, body, session: session, as: Ignored.self)
        switch answer {
        case .ok: return true
        case .unavailable: return nil
        case .refused(401, _, _, _):
            runtime.revoke()
            return nil
        case .refused(_, "session_ended", _, _):
            runtime.session.ended(session)
            return nil
        case .refused(let status, let code, _, _):
            runtime.log.info("spool.refused", ["path": .text(path), "why": "\(status) \(code)"])
            return false
        }
    }
}
