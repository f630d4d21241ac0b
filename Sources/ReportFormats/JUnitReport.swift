import Domain

/// A run in the XML that CI systems read.
struct JUnitReport {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var text: String {
        func count(_ outcome: Outcome) -> Int { report.cases.count { JUnitReport.outcome($0) == outcome } }
        let run = report.run
        let figures =
            "tests=\"\(report.cases.count)\" failures=\"\(count(.failure))\" errors=\"\(count(.error))\""
            + " skipped=\"\(count(.skipped))\" time=\"\(seconds(run.durationMs))\""
        var lines = [
            #"<?xml version="1.0" encoding="UTF-8"?>"#, "<testsuites name=\"\(escaped(run.name))\" \(figures)>",
            "<testsuite name=\"\(escaped(run.name))\" \(figures)"
                + (run.startedAt.map { " timestamp=\"\(escaped($0))\"" } ?? "") + ">", "<properties>",
        ]
        for (name, value) in report.facts + (report.url.map { [("url", $0)] } ?? []) {
            lines.append("<property name=\"\(escaped(name))\" value=\"\(escaped(value))\"/>")
        }
        lines.append("</properties>")
        for one in report.cases { lines += element(one) }
        lines += ["</testsuite>", "</testsuites>", ""]
        return lines.joined(separator: "\n")
    }

    enum Outcome: String { case passed, failure, error, skipped }

    /// A failure is the test's word, an error that there is none.
    static func outcome(_ one: RunReport.Entry) -> Outcome {
        switch one.status {
        case .passed: .passed
        case .failed, .timeout, .aborted: one.isUnrunnable ? .error : .failure
        case .skipped, .cancelled, .pending, .running, .retrying: .skipped
        }
    }

    private func element(_ one: RunReport.Entry) -> [String] {
        let group = "\(report.document["project"]?.string ?? "").\(report.run.key)"
        let start =
            "<testcase name=\"\(escaped(one.name))\" classname=\"\(escaped(group))\" time=\"\(seconds(one.durationMs))\""
        let outcome = JUnitReport.outcome(one)
        switch outcome {
        case .passed:
            return one.isFlaky
                ? [
                    start
                        + "><properties><property name=\"attempts\" value=\"\(one.attempts)\"/></properties></testcase>"
                ]
                : [start + "/>"]
        case .skipped: return [start + "><skipped message=\"\(escaped(one.sentence))\"/></testcase>"]
        case .failure, .error:
            let step = one.failing.map { "In step: \($0.name)" }
            let more = [one.sentence, step, one.hint, report.url].compactMap { $0 }.joined(separator: "\n")
            var lines = [
                start + ">",
                "<\(outcome.rawValue) message=\"\(escaped(one.sentence))\" type=\"\(escaped(one.errorCode ?? one.status.rawValue))\">"
                    + escaped(more) + "</\(outcome.rawValue)>",
            ]
            for (element, text) in [("system-out", one.failing?.stdout), ("system-err", one.failing?.stderr)] {
                if let text { lines.append("<\(element)>\(escaped(text))</\(element)>") }
            }
            return lines + ["</testcase>"]
        }
    }
}
