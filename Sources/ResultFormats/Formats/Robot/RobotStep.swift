/// An open keyword or control structure.
struct RobotStep {
    var step: ReadStep
    let isTeardown: Bool
    /// The set-up or tear-down of what it stands in.
    let isFixture: Bool

    init(_ element: XMLName, _ attributes: XMLAttributes) {
        let type = (attributes["type"]?.string ?? "").uppercased()
        isTeardown = type == "TEARDOWN"
        isFixture = isTeardown || type == "SETUP"
        let owner = attributes["owner"]?.nonEmpty ?? attributes["library"]?.nonEmpty
        let words: String
        if element == "kw" {
            words = ((owner.map { [$0] } ?? []) + [attributes["name"]?.string ?? ""]).joined(separator: ".")
        } else if element == "branch" {
            words = [type, attributes["condition"]?.string ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        } else if element == "iter" {
            words = "ITERATION"
        } else {
            words = [element.string.uppercased(), attributes["name"]?.string ?? attributes["condition"]?.string ?? ""]
                .filter { !$0.isEmpty }.joined(separator: " ")
        }
        step = ReadStep(name: words.isEmpty ? "unnamed" : words, status: .passed)
    }

    mutating func take(_ outcome: RobotOutcome) {
        step.status = outcome.status
        step.rawStatus = outcome.raw
        step.startedAt = outcome.startedAt
        step.durationMs = outcome.durationMs
    }
}

/// A `status` element: since version 7 with start and elapsed seconds, before with start and end.
struct RobotOutcome {
    let status: ReadResult.Status
    let raw: String?
    let startedAt: Int64?
    let durationMs: Int64?

    init(_ attributes: XMLAttributes) {
        let word = attributes["status"]?.string ?? ""
        switch word {
        case "PASS": (status, raw) = (.passed, nil)
        case "FAIL": (status, raw) = (.failed, nil)
        case "SKIP": (status, raw) = (.skipped, nil)
        case "NOT RUN", "NOT_RUN": (status, raw) = (.skipped, word)
        default: (status, raw) = (.error, word)
        }
        startedAt = (attributes["start"] ?? attributes["starttime"]).flatMap { ForeignTime.instant($0.bytes) }
        if let elapsed = attributes["elapsed"] {
            durationMs = ForeignTime.duration(elapsed.bytes)?.ms
        } else {
            let end = attributes["endtime"].flatMap { ForeignTime.instant($0.bytes) }
            durationMs = startedAt.flatMap { start in end.map { ForeignTime.clamped(Double($0) - Double(start)).ms } }
        }
    }
}
