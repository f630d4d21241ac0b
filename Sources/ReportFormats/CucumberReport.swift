import Domain

/// A run as Cucumber Messages: a feature of its name, a scenario for each case, a step for each step.
///
/// The envelopes and their order are those of https://github.com/cucumber/messages. The feature is written out with them,
/// so that formatters which show source have some.
struct CucumberReport {
    private let report: RunReport
    private let uri = "assay.feature"

    init(_ report: RunReport) { self.report = report }

    var text: String {
        var feature = Feature(name: line(report.run.name))
        let scenarios = report.cases.enumerated().map { at, one in
            feature.add(line(one.name), one.steps.map { line($0.name) }, id: at)
        }
        var out: [JSONValue] = [
            [
                "meta": [
                    "protocolVersion": "34.0.0", "implementation": ["name": "Assay"], "cpu": ["name": ""],
                    "os": ["name": ""],
                    "runtime": ["name": ""],
                ]
            ],
            [
                "source": [
                    "uri": .string(uri), "data": .string(feature.source), "mediaType": "text/x.cucumber.gherkin+plain",
                ]
            ],
            ["gherkinDocument": feature.document(uri)],
        ]
        for scenario in scenarios { out.append(["pickle": scenario.pickle(uri)]) }
        out.append(["testRunStarted": ["id": "run", "timestamp": instant(report.run.startedAt)]])
        for scenario in scenarios { out.append(["testCase": scenario.testCase]) }
        for (scenario, one) in zip(scenarios, report.cases) { out += execution(scenario, one) }
        out.append([
            "testRunFinished": [
                "testRunStartedId": "run", "success": .bool(report.run.status == .passed),
                "timestamp": instant(report.run.finishedAt ?? report.run.startedAt),
            ]
        ])
        return out.map { String(decoding: $0.serialized(), as: UTF8.self) + "\n" }.joined()
    }

    private func execution(_ scenario: Scenario, _ one: RunReport.Entry) -> [JSONValue] {
        let started: JSONValue = .string("\(scenario.id)-started")
        var out: [JSONValue] = [
            [
                "testCaseStarted": [
                    "id": started, "testCaseId": .string("\(scenario.id)-case"),
                    "attempt": .integer(max(0, one.attempts - 1)),
                    "timestamp": instant(one.startedAt),
                ]
            ]
        ]
        for (at, id) in scenario.testStepIds.enumerated() {
            // A case without steps has one that stands for it.
            let step = one.steps.indices.contains(at) ? one.steps[at] : nil
            let status = step?.status ?? one.status.rawValue
            var result: [String: JSONValue] = [
                "status": .string(cucumber(status)), "duration": duration(step?.durationMs ?? one.durationMs ?? 0),
            ]
            if status != "passed" { result["message"] = .string(step?.message ?? one.sentence) }
            let place: [String: JSONValue] = ["testCaseStartedId": started, "testStepId": .string(id)]
            let begun = instant(step?.startedAt ?? one.startedAt)
            let ended = instant(step?.completedAt ?? one.finishedAt ?? one.startedAt)
            out.append(["testStepStarted": .object(place.merging(["timestamp": begun]) { $1 })])
            for text in [step?.stdout, step?.stderr].compactMap({ $0 }) {
                out.append([
                    "attachment": .object(
                        place.merging([
                            "body": .string(text), "contentEncoding": "IDENTITY",
                            "mediaType": "text/x.cucumber.log+plain",
                        ]) { $1 })
                ])
            }
            out.append([
                "testStepFinished": .object(
                    place.merging(["testStepResult": .object(result), "timestamp": ended]) { $1 })
            ])
        }
        out.append([
            "testCaseFinished": [
                "testCaseStartedId": started, "willBeRetried": false,
                "timestamp": instant(one.finishedAt ?? one.startedAt),
            ]
        ])
        return out
    }

    private func cucumber(_ status: String) -> String {
        switch status {
        case "passed": "PASSED"
        case "failed", "error", "timeout", "aborted": "FAILED"
        case "skipped", "cancelled": "SKIPPED"
        case "pending": "PENDING"
        case "undefined": "UNDEFINED"
        case "ambiguous": "AMBIGUOUS"
        default: "UNKNOWN"
        }
    }

    private func instant(_ text: String?) -> JSONValue {
        duration(text.flatMap { Timestamp($0) }?.milliseconds ?? 0)
    }

    private func duration(_ milliseconds: Int64) -> JSONValue {
        ["seconds": .integer(milliseconds / 1000), "nanos": .integer(milliseconds % 1000 * 1_000_000)]
    }

    /// Names stand on one line of a feature.
    private func line(_ text: String) -> String { String(text.map { $0.isNewline ? " " : $0 }) }
}
