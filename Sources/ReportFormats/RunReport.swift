package import Domain

/// What a report tells of one run: read once, written in any format.
package struct RunReport: Sendable {
    package let run: Entry
    /// The run as the API answers it.
    package let document: JSONValue
    /// Cases of a suite or an import in their order; a run of one case holds that case.
    package let cases: [Entry]
    /// When it was written.
    package let at: Timestamp
    /// Address of the run's page; nil when the installation does not know its own.
    package let url: String?

    package init(_ document: JSONValue, cases: [Entry], at: Timestamp, url: String?) {
        run = Entry(document: document, steps: [], keepsWhole: false)
        self.document = document
        self.cases = cases
        self.at = at
        self.url = url
    }

    /// The run itself, or one of its cases: what formats tell of it, and no more, since there may be many.
    package struct Entry: Sendable {
        let name: String
        let key: String
        package let status: ExecutionStatus
        let durationMs: Int64?
        let startedAt: String?
        let finishedAt: String?
        let attempts: Int64
        let errorCode: String?
        let errorMessage: String?
        let hint: String?
        private let reason: String?
        package let steps: [Step]
        /// The execution as the API answers it with its `steps`, as JSON; empty where the format does not ask for it.
        let whole: [UInt8]

        /// - Parameters:
        ///   - document: the execution as the API answers it.
        ///   - steps: its step results as the trace keeps them.
        package init(document: JSONValue, steps: [JSONValue], keepsWhole: Bool) {
            name = document["name"]?.string ?? ""
            key = document["definition"]?["key"]?.string ?? name
            status = document["status"]?.string.flatMap(ExecutionStatus.init) ?? .pending
            durationMs = document["totalDurationMs"]?.integer
            startedAt = document["startedAt"]?.string
            finishedAt = document["finishedAt"]?.string
            attempts = document["attempts"]?.integer ?? 0
            errorCode = document["error"]?["code"]?.string
            errorMessage = document["error"]?["message"]?.string
            hint = document["error"]?["hint"]?.string
            let cancelled = document["cancelReason"]?.string.map { "cancelled: \($0)" }
            reason = cancelled ?? document["reason"]?.string
            self.steps = steps.map(Step.init)
            whole =
                keepsWhole
                ? JSONValue.object((document.object ?? [:]).merging(["steps": .array(steps)]) { $1 }).serialized() : []
        }

        /// It passed, but not at the first try.
        var isFlaky: Bool { status == .passed && attempts > 1 }
        /// The step that broke it.
        var failing: Step? { steps.first { $0.isBroken } }
        /// Why it did not pass, in a sentence.
        var sentence: String {
            if let told = errorMessage ?? failing?.message, !told.isEmpty { return told }
            switch reason {
            case "agent_lost": return "its agents were lost"
            case "suiteStopped": return "the suite stopped before it began"
            case let reason?: return reason
            case nil: return status.rawValue
            }
        }
        /// The test itself did not run, or broke before it could find a fault.
        var isUnrunnable: Bool {
            status == .aborted
                || [ExecutionErrorCode.preconditionFailed, .testError].contains { $0.rawValue == errorCode }
        }
    }

    /// One step; what it printed only of one that did not pass.
    package struct Step: Sendable {
        let name: String
        let status: String
        let durationMs: Int64
        let startedAt: String?
        let completedAt: String?
        let message: String?
        let stdout: String?
        let stderr: String?

        init(_ step: JSONValue) {
            name = step["name"]?.string ?? ""
            status = step["status"]?.string ?? ""
            durationMs = max(0, step["durationMs"]?.integer ?? 0)
            startedAt = step["startedAt"]?.string
            completedAt = step["completedAt"]?.string
            message = step["error"]?["message"]?.string
            let isBroken = Step.broken.contains(status)
            stdout = isBroken ? Step.printed(step, "stdout") : nil
            stderr = isBroken ? Step.printed(step, "stderr") : nil
        }

        private static let broken = ["failed", "error", "timeout"]

        var isBroken: Bool { Step.broken.contains(status) }

        /// What it printed as far as the trace keeps it, with a word where something is missing; nil for nothing.
        private static func printed(_ step: JSONValue, _ stream: String) -> String? {
            guard let kept = step["output"]?[stream] else { return nil }
            let (head, tail) = (kept["head"]?.string ?? "", kept["tail"]?.string ?? "")
            let dropped = kept["droppedBytes"]?.integer ?? 0
            let text = dropped > 0 ? "\(head)\n… \(dropped) bytes are not kept here …\n\(tail)" : head + tail
            return text.isEmpty ? nil : text
        }
    }

    func count(_ status: ExecutionStatus) -> Int { cases.count { $0.status == status } }

    /// Facts of the whole run that have a value, named as people say them.
    var facts: [(name: String, value: String)] {
        let revision = document["revision"]
        let all: [(String, String?)] = [
            ("Project", document["project"]?.string), ("Run", document["number"]?.integer.map { "#\($0)" }),
            ("Environment", document["environment"]?.string), ("Branch", revision?["branch"]?.string),
            ("Commit", revision?["commit"]?.string), ("Started by", document["startedBy"]?["name"]?.string),
            ("Started", run.startedAt), ("Finished", run.finishedAt),
            ("Took", run.durationMs.map(inWords)), ("Cancelled because", document["cancelReason"]?.string),
        ]
        return all.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } }
    }
}

/// The formats in which a run can be taken away.
package enum ReportFormat: String, CaseIterable, Sendable {
    case json, html, junit, markdown, csv, xlsx, ctrf
    case cucumberMessages = "cucumber-messages"

    package var mediaType: String {
        switch self {
        case .json, .ctrf: "application/json"
        case .html: "text/html; charset=utf-8"
        case .junit: "application/xml"
        case .markdown: "text/markdown; charset=utf-8"
        case .csv: "text/csv; charset=utf-8"
        case .xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case .cucumberMessages: "application/x-ndjson"
        }
    }

    package var fileExtension: String {
        switch self {
        case .junit: "xml"
        case .markdown: "md"
        case .ctrf: "ctrf.json"
        case .cucumberMessages: "ndjson"
        default: rawValue
        }
    }

    /// Whose steps it tells of.
    package enum Steps: Sendable { case none, ofUnpassed, ofAll }

    package var steps: Steps {
        switch self {
        case .csv, .xlsx: .none
        case .json, .cucumberMessages: .ofAll
        case .html, .junit, .markdown, .ctrf: .ofUnpassed
        }
    }

    package func write(_ report: RunReport) -> [UInt8] {
        switch self {
        case .json: JSONReport(report).bytes
        case .html: Array(HTMLReport(report).text.utf8)
        case .junit: Array(JUnitReport(report).text.utf8)
        case .markdown: Array(MarkdownReport(report).text.utf8)
        case .csv: Array(CSVReport(report).text.utf8)
        case .xlsx: Workbook(report).bytes
        case .ctrf: Array(CTRFReport(report).text.utf8)
        case .cucumberMessages: Array(CucumberReport(report).text.utf8)
        }
    }
}

/// `1 h 14 min`, `45.3 s`, `26 ms`.
func inWords(_ milliseconds: Int64) -> String {
    switch milliseconds {
    case ..<1000: "\(milliseconds) ms"
    case ..<60_000: "\(milliseconds / 1000).\(milliseconds % 1000 / 100) s"
    case ..<3_600_000: "\(milliseconds / 60_000) min \(milliseconds / 1000 % 60) s"
    default: "\(milliseconds / 3_600_000) h \(milliseconds / 60_000 % 60) min"
    }
}

/// `1.250`, as XML reports have it.
func seconds(_ milliseconds: Int64?) -> String {
    let value = max(0, milliseconds ?? 0)
    let rest = String(value % 1000)
    return "\(value / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
}
