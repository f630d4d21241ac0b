import Domain

/// An execution as the server describes it, with the words for people.
struct RunView {
    let id: String
    let number: Int64?
    let name: String
    let key: String?
    let kind: String
    let project: String
    let status: String
    let reason: String?
    /// Who cancelled it, and why they say.
    let cancelledBy: String?
    let cancelReason: String?
    let error: String?
    let errorCode: String?
    let hint: String?
    let startedAt: String?
    let durationMs: Int64?
    let counts: [String: Int64]

    init(_ document: JSONValue) {
        id = document["id"]?.string ?? ""
        number = document["number"]?.integer
        name = document["name"]?.string ?? ""
        key = document["definition"]?["key"]?.string
        kind = document["kind"]?.string ?? "case"
        project = document["project"]?.string ?? ""
        status = document["status"]?.string ?? "pending"
        reason = document["reason"]?.string
        cancelledBy = document["cancelledBy"]?["name"]?.string
        cancelReason = document["cancelReason"]?.string
        error = document["error"]?["message"]?.string
        errorCode = document["error"]?["code"]?.string
        hint = document["error"]?["hint"]?.string
        startedAt = document["startedAt"]?.string
        durationMs = document["totalDurationMs"]?.integer
        counts = (document["counts"]?.object ?? [:]).compactMapValues(\.integer)
    }

    var title: String { number.map { "#\($0) \(name)" } ?? name }

    var isFinal: Bool { ["passed", "failed", "timeout", "cancelled", "aborted", "skipped"].contains(status) }

    /// The page of a run, or of a case within its run.
    func url(_ server: ServerClient, within root: RunView? = nil) -> String {
        guard let number = number ?? root?.number else { return "\(server.url)/p/\(project)/runs" }
        let page = "\(server.url)/p/\(project)/runs/\(number)"
        return root == nil ? page : page + "/cases/" + escaped(key ?? name)
    }

    /// Its own commands did not run: a variable, secret or program is missing.
    var isUnrunnable: Bool { status == "aborted" || errorCode == ExecutionErrorCode.preconditionFailed.rawValue }

    /// Why it did not pass, once and in words.
    var sentence: String? {
        if let error, !error.isEmpty { return error }
        if let cancelReason { return "cancelled\(cancelledBy.map { " by \($0)" } ?? ""): \(cancelReason)" }
        if status == "cancelled", let cancelledBy { return "cancelled by \(cancelledBy)" }
        switch reason {
        case "agent_lost": return "its agents were lost"
        case "suiteStopped": return "the suite stopped before it began"
        case "cancelled", nil: return nil
        case let reason?: return reason
        }
    }

    /// - Parameter unpassed: cases of a suite that did not pass, as far as they are known.
    func exitCode(unpassed: [RunView] = []) -> Int32 {
        if status == "passed" { return ClientExit.passed }
        // Nothing was found out when not one case could be run.
        let isUnrunnable = isUnrunnable || (!unpassed.isEmpty && unpassed.allSatisfy(\.isUnrunnable))
        return isUnrunnable ? ClientExit.couldNotRun : ClientExit.failed
    }
}

/// `850 ms`, `12.4 s`, `3 min 05 s`.
func durationText(_ milliseconds: Int64) -> String {
    if milliseconds < 1_000 { return "\(milliseconds) ms" }
    if milliseconds < 60_000 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s" }
    let seconds = milliseconds / 1_000 % 60
    return "\(milliseconds / 60_000) min \(seconds < 10 ? "0" : "")\(seconds) s"
}
