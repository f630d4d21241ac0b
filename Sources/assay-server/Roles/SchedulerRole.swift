import ArgumentParser
import Daemon
import Domain
import Executions
import Glibc
import Identity
import MariaDB
import Synchronization

/// `assay-server scheduler`: the loops that move work on. A second one stands by; each loop has its own leadership.
struct SchedulerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scheduler", abstract: "Run the engine and its loops.")

    func run() throws {
        Signals.block()
        let config = try Config()
        let parts = try ServerParts(config)
        try parts.requireCurrentSchema()
        let owner = UUIDv7(at: try parts.now())
        let metrics = Metrics()
        metrics.follow(feedLagOf: ReadHealth(pool: parts.pool))
        let led = LedLoops(
            parts: parts, owner: owner, doorbell: Doorbell(directory: config.bells), metrics: metrics)
        let loops =
            try [engine(led), suites(led), housekeeping(led)] + FoldLoops(led: led).all()
            + DeliveryLoops(led: led).all()
        for loop in loops { loop.start() }
        let figures = FigureShelf.loop(parts, metrics)
        figures.start()
        parts.log.info("role.started", ["loops": .count(loops.count)])
        while Signals.wait() != .stop {}
        for loop in loops + [figures] { loop.stop() }
        for loop in loops + [figures] { loop.join() }
        try LeaderLease.releaseAll(of: owner, parts.pool)
        parts.log.info("role.stopped", [:])
    }

    private func engine(_ led: LedLoops) throws -> Loop {
        let engine = Mutex(Engine(pool: led.parts.pool, owner: led.owner))
        let bell = try DoorbellReceiver(directory: led.parts.config.bells, kind: .scheduler)
        return Loop("engine", bell: bell, log: led.parts.log, metrics: led.metrics) { [doorbell = led.doorbell] in
            let pass = try engine.withLock { try $0.runOnce(monotonicMs: SystemClock.monotonicMs()) }
            if pass.isNews { doorbell.ring(.events) }
            // What has just been sequenced is what the suites and the folds wait for.
            if pass.sequenced > 0 { doorbell.ring(.scheduler) }
            return pass.mayBeMore ? .more : .idle
        }
    }

    private func suites(_ led: LedLoops) throws -> Loop {
        let suites = Mutex(SuitesLoop(pool: led.parts.pool, owner: led.owner))
        let bell = try DoorbellReceiver(directory: led.parts.config.bells, kind: .scheduler)
        return Loop("suites", bell: bell, log: led.parts.log, metrics: led.metrics) { [doorbell = led.doorbell] in
            let didWork = try suites.withLock { try $0.runOnce(monotonicMs: SystemClock.monotonicMs()) }
            if didWork { doorbell.ring(.scheduler) }
            return didWork ? .more : .idle
        }
    }

    /// With the owner's rights: it makes partitions, which the roles' user may not.
    private func housekeeping(_ led: LedLoops) throws -> Loop {
        let work = Housekeeping(pool: Pool(led.parts.config.owner, size: 1))
        let keys = try led.parts.keys()
        let logins = Logins(pool: led.parts.pool, hasher: try PasswordHasher(), accessTokens: AccessTokens(keys))
        let sweep = Mutex(SweepArtifacts(pool: led.parts.pool, directory: led.parts.config.artifacts))
        return Loop("housekeeping", intervalMs: 60_000, log: led.parts.log, metrics: led.metrics) {
            [owner = led.owner] in
            let removed = try work.runOnce(owner: owner) + logins.purge() + sweep.withLock { try $0.runOnce() }
            return removed > 0 ? .more : .idle
        }
    }
}
