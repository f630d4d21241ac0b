import ArgumentParser
import Daemon
import Domain
import Executions
import Feed
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
        let metrics = Metrics()
        metrics.follow(feedLagOf: ReadHealth(pool: parts.pool), SetAsideItems(pool: parts.pool))
        let leaderships = Leaderships(owner: UUIDv7(at: try parts.now()), pool: parts.pool)
        let led = LedLoops(
            parts: parts, leaderships: leaderships, doorbell: Doorbell(directory: config.bells), metrics: metrics)
        let deliveries = try DeliveryLoops(led: led)
        let loops =
            try [engine(led), suites(led), housekeeping(led)] + FoldLoops(led: led).all() + deliveries.all()
        let keeper = led.keeper()
        let figures = FigureShelf.loop(parts, metrics)
        let all = [keeper] + loops + [figures]
        for loop in all { loop.start() }
        parts.log.info("role.started", ["loops": .count(loops.count)])
        while Signals.wait() != .stop {}
        for loop in all { loop.stop() }
        for loop in all { loop.join() }
        deliveries.drain()
        try leaderships.release()
        parts.log.info("role.stopped", [:])
    }

    private func engine(_ led: LedLoops) throws -> Loop {
        let engine = Mutex(Engine(pool: led.parts.pool))
        return try led.make("engine", leadership: "engine", bell: .engine) { [doorbell = led.doorbell] lease in
            let pass = try engine.withLock { try $0.runOnce(lease, monotonicMs: SystemClock.monotonicMs()) }
            if pass.isNews { doorbell.ring(.events) }
            for bell in bells(for: pass.topics) { doorbell.ring(bell) }
            return pass.mayBeMore ? .more : pass.isWaiting ? .soon : .idle
        }
    }

    private func suites(_ led: LedLoops) throws -> Loop {
        let suites = Mutex(SuitesLoop(pool: led.parts.pool))
        return try led.make("suites", leadership: "suites", bell: .suites) { [doorbell = led.doorbell] lease in
            let pass = try suites.withLock { try $0.runOnce(lease, monotonicMs: SystemClock.monotonicMs()) }
            if pass.didWrite { doorbell.ring(.engine) }
            return pass.mayBeMore ? .more : pass.isWaiting ? .soon : .idle
        }
    }

    /// With the owner's rights: it makes partitions, which the roles' user may not.
    private func housekeeping(_ led: LedLoops) throws -> Loop {
        led.leaderships.stand(for: "housekeeping")
        let work = Housekeeping(pool: Pool(led.parts.config.owner, size: 1))
        let keys = try led.parts.keys()
        let logins = Logins(pool: led.parts.pool, hasher: try PasswordHasher(), accessTokens: AccessTokens(keys))
        let sweep = Mutex(SweepArtifacts(pool: led.parts.pool, directory: led.parts.config.artifacts))
        return Loop("housekeeping", intervalMs: 60_000, log: led.parts.log, metrics: led.metrics) {
            [leaderships = led.leaderships] in
            guard let lease = leaderships.lease("housekeeping", monotonicMs: SystemClock.monotonicMs()) else {
                return .idle
            }
            let removed = try work.runOnce(lease) + logins.purge() + sweep.withLock { try $0.runOnce() }
            return removed > 0 ? .more : .idle
        }
    }
}

/// Which loops wait for what has just been sequenced.
func bells(for topics: FeedTopics) -> [BellKind] {
    var bells: [BellKind] = []
    if !topics.isDisjoint(with: [.started, .finished, .cancelRequested, .queued]) { bells.append(.suites) }
    if topics.contains(.finished) { bells.append(.folds) }
    if !topics.isDisjoint(with: [.finished, .alerts]) { bells.append(.deliveries) }
    return bells
}
