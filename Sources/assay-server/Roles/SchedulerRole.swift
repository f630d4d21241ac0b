import API
import ArgumentParser
import Daemon
import Domain
import Executions
import Feed
import Flows
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
            try [engine(led), suites(led), imports(led), housekeeping(led)] + FoldLoops(led: led).all()
            + deliveries.all()
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
        return try led.make("engine", leadership: "engine", bell: .engine, gapMs: 3) {
            [doorbell = led.doorbell] lease in
            let pass = try engine.withLock { try $0.runOnce(lease, monotonicMs: SystemClock.monotonicMs()) }
            if pass.isNews { doorbell.ring(.events) }
            for bell in bells(for: pass.topics) { doorbell.ring(bell) }
            return pass.mayBeMore ? .more : pass.isWaiting ? .soon : .idle
        }
    }

    private func suites(_ led: LedLoops) throws -> Loop {
        let suites = Mutex(SuitesLoop(pool: led.parts.pool))
        return try led.make("suites", leadership: "suites", bell: .suites, gapMs: 15) {
            [doorbell = led.doorbell] lease in
            let pass = try suites.withLock { try $0.runOnce(lease, monotonicMs: SystemClock.monotonicMs()) }
            if pass.didWrite { doorbell.ring(.engine) }
            return pass.mayBeMore ? .more : pass.isWaiting ? .soon : .idle
        }
    }

    /// Files of results that are too large for a request, and runs of imports that are over.
    private func imports(_ led: LedLoops) throws -> Loop {
        led.leaderships.stand(for: "imports")
        let parts = led.parts
        let services = try Services(parts)
        let imports = ImportsLoop(
            files: services.importFiles, reader: UUIDv7(at: try parts.now()), readImport: services.readImport,
            note: led.note("imports"))
        return Loop("imports", intervalMs: 1000, log: parts.log, metrics: led.metrics) {
            [leaderships = led.leaderships, doorbell = led.doorbell] in
            guard let lease = leaderships.lease("imports", monotonicMs: SystemClock.monotonicMs()) else {
                return .standby
            }
            let mayBeMore = try imports.runOnce(touch: lease.touch)
            if mayBeMore { doorbell.ring(.engine) }
            return mayBeMore ? .more : .idle
        }
    }

    /// Purges in small steps and keeps partitions; those with the owner's rights, which the roles' user does not have.
    private func housekeeping(_ led: LedLoops) throws -> Loop {
        led.leaderships.stand(for: "housekeeping")
        let parts = led.parts
        let days = parts.config.retention
        let purge = Mutex(PurgeOld(pool: parts.pool, rules: RetentionRules.all, days: days))
        let partitions = Mutex(KeepPartitions(pool: Pool(parts.config.owner, size: 1), days: days))
        let sweep = Mutex(SweepArtifacts(pool: parts.pool, directory: parts.config.artifacts))
        let imports = SweepImports(files: ImportFiles(pool: parts.pool, directory: parts.config.imports))
        let output = SweepOutput(pool: parts.pool)
        let logins = Logins(
            pool: parts.pool, hasher: try PasswordHasher(), accessTokens: AccessTokens(try parts.keys()))
        return Loop("housekeeping", intervalMs: 60_000, gapMs: 200, log: parts.log, metrics: led.metrics) {
            [leaderships = led.leaderships, log = parts.log] in
            let now = SystemClock.monotonicMs()
            guard let lease = leaderships.lease("housekeeping", monotonicMs: now) else { return .standby }
            let dropped = try partitions.withLock { try $0.runOnce(monotonicMs: now) }
            if !dropped.isEmpty { log.info("partitions.dropped", ["names": .text(dropped.joined(separator: ","))]) }
            let pass = try purge.withLock { try $0.runOnce(lease, monotonicMs: now) }
            let swept =
                try sweep.withLock { try $0.runOnce(touch: lease.touch) } + output.runOnce(touch: lease.touch)
                + imports.runOnce(nowSeconds: Int(wallClock().milliseconds / 1000))
            let mayBeMore = try logins.purge() + swept > 0 || pass.mayBeMore
            return mayBeMore ? .more : .idle
        }
    }
}

/// Which loops wait for what has just been sequenced.
func bells(for topics: FeedTopics) -> [BellKind] {
    var bells: [BellKind] = []
    if !topics.isDisjoint(with: [.started, .finished, .cancelRequested, .queued]) { bells.append(.suites) }
    if !topics.isDisjoint(with: [.finished, .imported]) { bells.append(.folds) }
    if !topics.isDisjoint(with: [.finished, .alerts]) { bells.append(.subscriptions) }
    return bells
}
