import Domain

/// A run with everything the API knows of it in one document: executions as they are answered, with their steps.
struct JSONReport {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var bytes: [UInt8] {
        let head: JSONValue = [
            "reportVersion": 1, "at": .string(report.at.description), "url": report.url.map { .string($0) } ?? .null,
            "run": report.document,
        ]
        var bytes = Array(head.serialized().dropLast()) + Array(",\"cases\":[".utf8)
        for (at, one) in report.cases.enumerated() {
            if at > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes += one.whole
        }
        return bytes + Array("]}\n".utf8)
    }
}
