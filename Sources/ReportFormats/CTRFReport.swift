import Domain

/// A run in the Common Test Report Format, https://ctrf.io.
struct CTRFReport {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var text: String {
        let tests = report.cases.map(test)
        func count(_ status: String) -> JSONValue { .integer(Int64(tests.count { $0["status"]?.string == status })) }
        let document: JSONValue = [
            "reportFormat": "CTRF", "specVersion": "0.0.0", "generatedBy": "Assay",
            "timestamp": .string(report.at.description),
            "results": [
                "tool": ["name": "Assay"],
                "summary": [
                    "tests": .integer(Int64(tests.count)), "passed": count("passed"), "failed": count("failed"),
                    "skipped": count("skipped"), "pending": count("pending"), "other": count("other"),
                    "flaky": .integer(Int64(report.cases.count(where: \.isFlaky))), "suites": 1,
                    "start": .integer(instant(report.run.startedAt)), "stop": .integer(instant(report.run.finishedAt)),
                ],
                "tests": .array(tests), "environment": environment,
            ],
        ]
        return String(decoding: document.serialized(), as: UTF8.self) + "\n"
    }

    private var environment: JSONValue {
        let document = report.document
        let all: [(String, String?)] = [
            ("reportName", report.run.name), ("buildUrl", report.url),
            ("branchName", document["revision"]?["branch"]?.string),
            ("commit", document["revision"]?["commit"]?.string), ("testEnvironment", document["environment"]?.string),
            ("buildNumber", document["number"]?.integer.map(String.init)),
        ]
        return .object(
            Dictionary(
                uniqueKeysWithValues: all.compactMap { name, value in
                    value.flatMap { $0.isEmpty ? nil : (name, .string($0)) }
                }))
    }

    private func test(_ one: RunReport.Entry) -> JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(one.name), "status": .string(status(one)), "rawStatus": .string(one.status.rawValue),
            "duration": .integer(max(0, one.durationMs ?? 0)), "suite": [.string(report.run.name)],
            "start": .integer(instant(one.startedAt)), "stop": .integer(instant(one.finishedAt)),
            "retries": .integer(max(0, one.attempts - 1)), "flaky": .bool(one.isFlaky),
        ]
        if one.status != .passed { members["message"] = .string(one.sentence) }
        if let text = one.failing?.stdout { members["stdout"] = .array(lines(text)) }
        if let text = one.failing?.stderr { members["stderr"] = .array(lines(text)) }
        if !one.steps.isEmpty {
            members["steps"] = .array(
                one.steps.map { step in
                    ["name": .string(step.name), "status": step.status == "passed" ? "passed" : "failed"]
                })
        }
        return .object(members)
    }

    private func status(_ one: RunReport.Entry) -> String {
        switch one.status {
        case .passed: "passed"
        case .failed, .timeout: "failed"
        case .skipped, .cancelled: "skipped"
        case .pending, .running, .retrying: "pending"
        case .aborted: "other"
        }
    }

    private func lines(_ text: String) -> [JSONValue] { text.split(separator: "\n").map { .string(String($0)) } }

    /// Milliseconds since 1970; 0 for what has not happened.
    private func instant(_ text: String?) -> Int64 { text.flatMap { Timestamp($0) }?.milliseconds ?? 0 }
}
