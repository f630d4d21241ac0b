import Daemon
import Glibc
import Synchronization

/// A whole agent: enrols, then runs its loops until it is drained, killed or revoked.
///
/// Threads: one heartbeat (also opens sessions), one control stream, one per slot, one sender per running attempt,
/// one each that posts the accepts and the reports of all of them, one for what is left in the spool.
package final class AgentProcess: Sendable {
    private let runtime: Runtime
    private let threads: [WorkerThread]
    private let slots: [WorkerThread]
    private let lock: Int32
    private let killed = Latch()
    private let stopped = Mutex<AgentStop?>(nil)

    /// Starts the loops; work can arrive at once.
    ///
    /// - Throws: `AgentStartError` with a sentence for the person who started it.
    package init(_ configuration: AgentConfiguration) throws(AgentStartError) {
        do throws(PreconditionFailure) {
            for directory in [configuration.stateDirectory, configuration.workDirectory, configuration.spoolDirectory] {
                try makeDirectory(directory)
            }
        } catch {
            throw AgentStartError(error.message)
        }
        if let missing = configuration.programs.missing {
            throw AgentStartError("'\(missing)' is missing: it belongs beside assay-agent")
        }
        lock = try lockState(configuration.stateDirectory)
        let credential: AgentCredential
        do throws(AgentStartError) {
            credential = try AgentCredential.obtain(configuration)
        } catch {
            close(lock)
            throw error
        }
        clearLeftovers(workDirectory: configuration.workDirectory)
        let runtime = Runtime(configuration, credential: credential.credential)
        self.runtime = runtime
        threads = [
            WorkerThread("assay-beat") { HeartbeatLoop(runtime).run() },
            WorkerThread("assay-control") { ControlLoop(runtime).run() },
            WorkerThread("assay-spool") { SpoolLoop(runtime).run() },
            WorkerThread("assay-accept") { AcceptLoop(runtime).run() },
            WorkerThread("assay-report") { ReportLoop(runtime).run() },
        ]
        slots = (0..<max(1, configuration.slots)).map { _ in
            WorkerThread("assay-slot") { SlotLoop(runtime).run() }
        }
        runtime.log.info("agent.started", ["agent": .text(credential.agent), "url": .text(configuration.url)])
    }

    /// Takes no more work; what runs goes on to its end. Any thread.
    package func drain() {
        runtime.log.info("agent.draining")
        runtime.offers.close()
    }

    /// Kills what runs; the server gives it to another agent. Any thread.
    package func kill() {
        killed.raise()
        runtime.halt()
    }

    /// Waits until drained, killed or revoked and all threads have ended. One thread; later calls return at once.
    package func waitUntilStopped() -> AgentStop {
        if let reason = stopped.withLock({ $0 }) { return reason }
        slots.forEach { $0.join() }
        let reason: AgentStop = runtime.stopReason == .revoked ? .revoked : killed.isUp ? .killed : .drained
        runtime.halt()
        threads.forEach { $0.join() }
        close(lock)
        runtime.log.info("agent.stopped", ["reason": "\(reason)"])
        stopped.withLock { $0 = reason }
        return reason
    }
}
