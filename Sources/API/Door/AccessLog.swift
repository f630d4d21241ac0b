package import Daemon
import Domain

/// Writes one log line and counts one request for each record of the door.
package struct AccessLog: Sendable {
    private let log: Log
    private let durations: Histogram
    private let requests: Counter

    package init(log: Log, metrics: Metrics) {
        self.log = log
        durations = metrics.histogram(
            "assay_http_request_duration_seconds", help: "Time to answer, by route.", labels: ["method", "route"])
        requests = metrics.counter(
            "assay_http_requests_total", help: "Answered requests.", labels: ["method", "route", "status"])
    }

    package func record(_ record: AccessRecord) {
        // The method comes from outside; an unknown one must not make a new series.
        let method = Method(rawValue: record.method)?.rawValue ?? "other"
        durations.observe(record.durationMs / 1000, method, record.route)
        requests.increment(method, record.route, String(record.status))
        var fields: [String: LogValue] = [
            "method": .text(record.method), "route": .text(record.route), "status": .count(record.status),
            "durationMs": .number((record.durationMs * 100).rounded() / 100), "requestId": .text(record.requestID),
            "remote": .text(record.remoteAddress),
        ]
        if let project = record.project { fields["projectId"] = .text(project.description) }
        if let fault = record.fault {
            fields["error"] = .text(fault)
            log.error("http.failed", fields)
        } else {
            log.info("http.request", fields)
        }
    }
}
