import CSpawn
import Glibc

/// Watches one reaper: notices its end, the deadline and orders, and sends the signals these ask for.
struct ChildWatch {
    /// A reaper gives up after 5 s; one that is still there after this was stopped by somebody.
    private static let reaperMs: Int64 = 7_000

    private let process: pid_t
    private let exit: Int32
    private let bounds: StepBounds
    private let clock: AgentClock
    private(set) var interruption: Interruption?
    private(set) var hasEnded = false
    private var killAtMs: Int64?
    private var killedAtMs: Int64?

    init(process: pid_t, exit: Int32, bounds: StepBounds, clock: AgentClock) {
        self.process = process
        self.exit = exit
        self.bounds = bounds
        self.clock = clock
    }

    /// Sleeps until something happens, acts on it, and returns which of `streams` can be read.
    mutating func poll(_ streams: [Int32]) -> Set<Int32> {
        var descriptors = streams
        if exit >= 0 { descriptors.append(exit) }
        if interruption == nil, let cancel = bounds.cancel { descriptors.append(cancel.descriptor) }
        if interruption != .dropped { descriptors.append(bounds.drop.descriptor) }
        let ready = pollReadable(descriptors, timeoutMs: sleepMs)
        hasEnded = hasChildEnded(ready)
        if !hasEnded { obey() }
        return ready
    }

    private var sleepMs: Int64 {
        let now = clock.monotonicMs()
        let next = killedAtMs.map { $0 + Self.reaperMs } ?? killAtMs ?? bounds.deadlineMs
        // Without a pidfd the end can only be asked for.
        return min(max(0, next - now), exit >= 0 ? 60_000 : 20)
    }

    private func hasChildEnded(_ ready: Set<Int32>) -> Bool {
        if exit >= 0 { return ready.contains(exit) }
        var info = siginfo_t()
        return waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
    }

    private mutating func obey() {
        let now = clock.monotonicMs()
        if bounds.drop.isUp, interruption != .dropped {
            interruption = .dropped
            killAll(now)
        } else if interruption == nil, bounds.cancel?.isUp == true {
            terminate(.cancelled, now)
        } else if interruption == nil, now >= bounds.deadlineMs {
            terminate(bounds.deadlineMeans, now)
        } else if let killedAtMs {
            if now >= killedAtMs + Self.reaperMs { kill(process, SIGKILL) }
        } else if let killAtMs, now >= killAtMs {
            killAll(now)
        }
    }

    /// The reaper hands it on to the command's group.
    private mutating func terminate(_ why: Interruption, _ now: Int64) {
        interruption = why
        killAtMs = now + bounds.graceMs
        kill(process, SIGTERM)
    }

    /// The reaper kills everything the command has started.
    private mutating func killAll(_ now: Int64) {
        killedAtMs = killedAtMs ?? now
        kill(process, SIGUSR1)
    }
}
