import API
import ArgumentParser
import Daemon
import FastCGI
import Glibc

/// `assay-server api`: REST on a listening socket handed in. The same role serves agents on a socket of their own.
struct APICommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "api", abstract: "Serve the REST interface.")

    @Flag(help: "Serve agents.") var agents = false

    func run() throws {
        Signals.block()
        let config = try Config()
        let parts = try ServerParts(config)
        try parts.requireCurrentSchema()
        let metrics = Metrics()
        let shelf = FigureShelf(config)
        let services = try Services(parts, exposition: { shelf.everything(own: metrics.exposition()) })
        let figures = FigureShelf.loop(parts, metrics)
        let access = AccessLog(log: parts.log, metrics: metrics)
        let doorbell = Doorbell(directory: config.bells)
        let door = APIDoor(
            gate: .live(services), services: services, clock: { wallClock() }, observe: access.record,
            afterWrite: { doorbell.ring(.engine) })
        let server = try FastCGIServer(
            listeningDescriptor: config.listeningDescriptor, threads: config.threads, refuse: Response.refusal,
            handler: door.handle)
        Signals.forEach { request in
            if request == .stop { server.drain() }
            return request != .stop
        }
        parts.log.info("role.started", ["threads": .count(config.threads)])
        figures.start()
        server.run()
        figures.stop()
        figures.join()
        parts.log.info("role.stopped", [:])
    }
}
