import API
import ArgumentParser
import Daemon
import Domain
import FastCGI
import Glibc
import Identity
import MariaDB

/// `assay-server api`: REST on a listening socket handed in. The same role serves agents on a socket of their own.
struct APICommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "api", abstract: "Serve the REST interface.")

    @Flag(help: "Serve agents.") var agents = false

    func run() throws {
        Signals.block()
        let config = try Config()
        let parts = try ServerParts(config)
        try parts.requireCurrentSchema()
        let services = Services(
            pool: parts.pool, version: programVersion, keys: try parts.keys(), hasher: try PasswordHasher())
        let metrics = Metrics()
        let requests = RequestFigures(metrics)
        let log = parts.log
        let door = APIDoor(gate: .live(services), services: services, clock: { wallClock() }) { record in
            requests.note(record)
            log.note(record)
        }
        let server = try FastCGIServer(
            listeningDescriptor: config.listeningDescriptor, threads: config.threads, handler: door.handle)
        Signals.forEach { request in
            if request == .stop { server.drain() }
            return request != .stop
        }
        log.info("role.started", ["threads": .count(config.threads)])
        server.run()
        log.info("role.stopped", [:])
    }
}

/// Requests by route, for `/metrics`.
struct RequestFigures: Sendable {
    private let seconds: Histogram
    private let answers: Counter

    init(_ metrics: Metrics) {
        seconds = metrics.histogram("assay_request_seconds", help: "Duration of requests.", labels: ["route"])
        answers = metrics.counter("assay_requests_total", help: "Requests answered.", labels: ["route", "status"])
    }

    func note(_ record: AccessRecord) {
        seconds.observe(record.durationMs / 1000, record.route)
        answers.increment(record.route, "\(record.status)")
    }
}

extension Log {
    /// One line for each request; probes only when they fail.
    func note(_ record: AccessRecord) {
        if record.status < 400, ["/healthz", "/readyz", "/metrics"].contains(record.route) { return }
        var fields: [String: LogValue] = [
            "method": .text(record.method), "route": .text(record.route), "status": .count(record.status),
            "durationMs": .number(record.durationMs), "requestId": .text(record.requestID),
        ]
        if let project = record.project { fields["projectId"] = .text(project.description) }
        if let fault = record.fault { fields["error"] = .text(fault) }
        if record.status >= 500 { error("request.failed", fields) } else { info("request.served", fields) }
    }
}
