import Domain
import Synchronization
import Wire

/// What an attempt still has to tell the server; filled by its runner, emptied by its sender.
final class Outbox: Sendable, AttemptReporter {
    static let batchSteps = 50
    static let batchBytes = 2 << 20
    /// Steps are collected this long before they are sent.
    static let collectMs: Int64 = 200
    /// A first or failed step waits only this long: what ends at once is then one message with its verdict.
    static let urgentMs: Int64 = 15

    /// What the sender does next.
    enum Task {
        /// Steps, the running one, what it printed, and the verdict when nothing is left before it.
        case report(
            [EncodedStep], firstSeq: Int, running: RunningStep?, output: [OutputChunk], finish: FinishRequest?)
        case artifact(ArtifactFile)
        case wait(ms: Int64)
    }

    private struct State {
        var pending: [EncodedStep] = []
        var durableSeq = 0
        var artifacts: [ArtifactFile] = []
        var running: RunningStep?
        var isRunningNews = false
        var newsAtMs: Int64?
        var finish: FinishRequest?
        /// The first step that the server would not store.
        var refusal: ExecutionError?
    }

    let holding: Holding
    let live: LiveOutput
    private let spool: Spool?
    private let clock: AgentClock
    private let state = Mutex(State())
    private let bell = Bell()

    /// - Parameter outputMs: how long output of the running step is collected; nil as the agent does it.
    init(_ holding: Holding, spool: Spool?, clock: AgentClock, outputMs: Int64? = nil) {
        self.holding = holding
        self.spool = spool
        self.clock = clock
        live = LiveOutput(clock: clock, bell: bell, collectMs: outputMs ?? LiveOutput.collectMs)
    }

    func began(_ step: RunningStep) {
        live.began(step.sequence)
        state.withLock { state in
            state.running = step
            state.isRunningNews = true
            state.newsAtMs = state.newsAtMs ?? clock.monotonicMs()
        }
        bell.ring()
    }

    func ended(_ result: StepResult, artifacts: [ArtifactFile]) {
        guard let step = EncodedStep(result) else { return }
        state.withLock { state in
            // Together: what was printed is never later than the result.
            live.ended()
            _ = spool?.append(SpoolRecord(step: result))
            state.pending.append(step)
            state.artifacts += artifacts
            state.running = nil
            state.isRunningNews = false
            state.newsAtMs = state.newsAtMs ?? clock.monotonicMs()
        }
        bell.ring()
    }

    func finish(_ request: FinishRequest) {
        state.withLock { state in
            _ = spool?.append(SpoolRecord(finish: request))
            state.finish = request
        }
        bell.ring()
    }

    var isFinished: Bool { state.withLock { $0.finish != nil } }

    func wake() { bell.ring() }

    func sleep(ms: Int64) { bell.wait(timeoutMs: ms) }

    /// What is due now; steps before artifacts before the finish.
    func next() -> Task {
        let now = clock.monotonicMs()
        return state.withLock { state in
            let outputMs = live.waitMs(at: now) ?? 60_000
            if !state.pending.isEmpty || state.isRunningNews {
                let waited = now - (state.newsAtMs ?? now)
                let patience = state.pending.contains(where: \.isUrgent) ? Self.urgentMs : Self.collectMs
                let isDue =
                    waited >= patience || outputMs == 0 || state.finish != nil
                    || state.pending.count >= Self.batchSteps
                guard isDue else { return .wait(ms: min(patience - waited, outputMs)) }
                let steps = batch(state.pending)
                let isLast = steps.count == state.pending.count && state.artifacts.isEmpty
                return .report(
                    steps, firstSeq: state.durableSeq + 1, running: state.running, output: live.next(at: now),
                    finish: isLast ? Self.verdict(state) : nil)
            }
            if outputMs == 0 {
                return .report(
                    [], firstSeq: state.durableSeq + 1, running: nil, output: live.next(at: now), finish: nil)
            }
            if let artifact = state.artifacts.first { return .artifact(artifact) }
            guard let finish = Self.verdict(state) else { return .wait(ms: outputMs) }
            return .report([], firstSeq: state.durableSeq + 1, running: nil, output: [], finish: finish)
        }
    }

    private static func verdict(_ state: State) -> FinishRequest? {
        guard var finish = state.finish else { return nil }
        if let refusal = state.refusal, finish.verdict == .passed {
            (finish.verdict, finish.error) = (.failed, refusal)
        }
        return finish
    }

    private func batch(_ pending: [EncodedStep]) -> [EncodedStep] {
        var bytes = 0
        let steps = pending.prefix(Self.batchSteps).prefix { step in
            bytes += step.bytes.count
            return bytes <= Self.batchBytes
        }
        return steps.isEmpty ? Array(pending.prefix(1)) : Array(steps)
    }

    /// The server holds every step up to `sequence`; `running` was told.
    func durable(_ sequence: Int, told running: RunningStep?) {
        state.withLock { state in
            state.durableSeq = max(state.durableSeq, sequence)
            state.pending.removeAll { $0.sequence <= sequence }
            if state.running == running { state.isRunningNews = false }
            state.newsAtMs = state.pending.isEmpty && !state.isRunningNews ? nil : clock.monotonicMs()
        }
    }

    /// The server wants to hear again from `sequence` on; false when these steps are nowhere.
    func resync(from sequence: Int) -> Bool {
        state.withLock { state in
            guard sequence >= 1 else { return false }
            let held = spool.map { $0.steps(from: sequence) } ?? state.pending.filter { $0.sequence >= sequence }
            guard held.first.map({ $0.sequence == sequence }) ?? (state.finish?.lastSeq ?? sequence < sequence) else {
                return false
            }
            state.durableSeq = sequence - 1
            state.pending = held
            state.newsAtMs = 0
            return true
        }
    }

    /// Replaces a step that the server refuses by one without what may have displeased it, which has failed for that;
    /// false the second time.
    func strip(_ sequence: Int, because why: String) -> Bool {
        state.withLock { state in
            guard let index = state.pending.firstIndex(where: { $0.sequence == sequence }),
                var step = try? decodeJSON(StepResult.self, state.pending[index].bytes), step.metadata == nil
            else { return false }
            step.input = nil
            step.output = nil
            step.checks = nil
            step.metadata = ["note": "the server refused the full record"]
            let message = "what the step left cannot be stored: \(why)"
            if step.status == .passed {
                step.status = .error
                step.error = StepError(type: FaultCode.stepFailed, message: message)
                let refusal = ExecutionError(code: FaultCode.stepFailed, message: bounded("\(step.name): \(message)"))
                state.refusal = state.refusal ?? refusal
            }
            guard let encoded = EncodedStep(step) else { return false }
            state.pending[index] = encoded
            return true
        }
    }

    func sent(_ artifact: ArtifactFile) { state.withLock { $0.artifacts.removeAll { $0 == artifact } } }

    /// Nothing more will be sent.
    func discard() { state.withLock { _ in spool?.remove() } }
}
