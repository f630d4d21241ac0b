import API
import ArgumentParser
import Daemon
import EventStream
import Executions
import FastCGI
import Identity
import MariaDB

/// `assay-server events`: streams for browsers and agents, and parked `wait` calls.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "events", abstract: "Serve the event streams.")

    func run() throws {
        Signals.block()
        let config = try Config()
        let parts = try ServerParts(config)
        try parts.requireCurrentSchema()
        let log = parts.log
        let access = StreamAccess(
            authenticate: Authenticate(pool: parts.pool, accessTokens: AccessTokens(try parts.keys())),
            projects: Projects(pool: parts.pool), sessions: OpenSession(pool: parts.pool),
            audit: Audit(pool: parts.pool))
        let events = try EventsRole(pool: parts.pool, access: access, artifacts: config.artifacts) { what, error in
            log.error("events.failed", ["what": .text(what), "error": .fault(error)])
        }
        let server = try FastCGIServer(
            listeningDescriptor: config.listeningDescriptor, threads: config.threads, refuse: Response.refusal,
            handler: events.handle)
        let metrics = Metrics()
        metrics.gauge("assay_streams_open", help: "Open event streams.") { Double(events.figures.openStreams) }
        metrics.gauge("assay_agents_connected", help: "Control streams of agents.") { Double(events.figures.agents) }
        metrics.gauge("assay_waits_parked", help: "Parked wait calls.") { Double(events.figures.parkedWaits) }
        metrics.gauge("assay_outputs_watched", help: "Open streams of output.") { Double(events.figures.outputs) }
        metrics.gauge("assay_feed_ring_bytes", help: "Memory of the feed entries kept for resuming streams.") {
            Double(events.figures.ringBytes)
        }
        let figures = FigureShelf.loop(parts, metrics)
        let bell = try DoorbellReceiver(directory: config.bells, kind: .events)
        let loop = Loop("events", idleMs: LedLoops.idleMs, bell: bell, log: log) { try events.runOnce() }
        let opening = WorkerThread("opening") { server.run() }
        loop.start()
        figures.start()
        Signals.forEach { request in
            guard request == .stop else { return true }
            // No new stream first; then each open one hears that it should come back.
            server.drain()
            events.drain()
            return false
        }
        log.info("role.started", ["threads": .count(config.threads)])
        events.runStreams()
        opening.join()
        for each in [loop, figures] { each.stop() }
        for each in [loop, figures] { each.join() }
        log.info("role.stopped", [:])
    }
}
