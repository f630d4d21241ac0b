import ArgumentParser
import Daemon
import Domain
import Executions
import MariaDB

/// `assay-server scheduler`: the loops that move work on. A second one stands by; each loop has its own leadership.
struct SchedulerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scheduler", abstract: "Run the engine and its loops.")

    func run() throws {
        Signals.block()
        let config = try Config()
        let parts = try ServerParts(config)
        try parts.requireCurrentSchema()
        let doorbell = Doorbell(directory: config.bells)
        let loops = try [engine(parts, doorbell), suites(parts, doorbell), housekeeping(parts)]
        for loop in loops { loop.start() }
        parts.log.info("role.started", [:])
        while Signals.wait() != .stop {}
        for loop in loops.reversed() { loop.stop() }
        for loop in loops.reversed() { loop.join() }
        parts.log.info("role.stopped", [:])
    }

    private func engine(_ parts: ServerParts, _ doorbell: Doorbell) throws -> Loop {
        let owner = UUIDv7(at: try parts.now())
        let engine = Confined(Engine(pool: parts.pool, owner: owner))
        let bell = try DoorbellReceiver(directory: parts.config.bells, kind: .scheduler)
        return Loop("engine", bell: bell, log: parts.log) {
            let pass = try engine.value.runOnce(monotonicMs: SystemClock.monotonicMs())
            if pass.isNews { doorbell.ring(.events) }
            if pass.sequenced > 0 { doorbell.ring(.scheduler) }
            return pass.mayBeMore ? .more : .idle
        }
    }

    private func suites(_ parts: ServerParts, _ doorbell: Doorbell) throws -> Loop {
        let owner = UUIDv7(at: try parts.now())
        let suites = Confined(SuitesLoop(pool: parts.pool, owner: owner))
        let bell = try DoorbellReceiver(directory: parts.config.bells, kind: .scheduler)
        return Loop("suites", intervalMs: 100, bell: bell, log: parts.log) {
            let didWork = try suites.value.runOnce(monotonicMs: SystemClock.monotonicMs())
            if didWork { doorbell.ring(.scheduler) }
            return didWork ? .more : .idle
        }
    }

    /// With the owner's rights: it makes partitions, which the roles' user may not.
    private func housekeeping(_ parts: ServerParts) throws -> Loop {
        let owner = UUIDv7(at: try parts.now())
        let work = Housekeeping(pool: Pool(parts.config.owner, size: 1))
        return Loop("housekeeping", intervalMs: 60_000, log: parts.log) {
            try work.runOnce(owner: owner) > 0 ? .more : .idle
        }
    }
}

/// Carries an object to the one thread that uses it, the loop's.
private final class Confined<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
