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
    let error: String?
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
        error = document["error"]?["message"]?.string
        durationMs = document["totalDurationMs"]?.integer
        counts = (document["counts"]?.object ?? [:]).compactMapValues(\.integer)
    }

    var title: String { number.map { "#\($0) \(name)" } ?? name }

    var isFinal: Bool { ["passed", "failed", "timeout", "cancelled", "aborted"].contains(status) }

    /// The page of a run, or of a case within its run.
    func url(_ server: ServerClient, within root: RunView? = nil) -> String {
        guard let number = number ?? root?.number else { return "\(server.url)/p/\(project)/runs" }
        let page = "\(server.url)/p/\(project)/runs/\(number)"
        return root == nil ? page : page + "/cases/" + escaped(key ?? name)
    }

    var exitCode: Int32 {
        switch status {
        case "passed": ClientExit.passed
        case "aborted": ClientExit.couldNotRun
        default: ClientExit.failed
        }
    }
}

/// `850 ms`, `12.4 s`, `3 min 05 s`.
func durationText(_ milliseconds: Int64) -> String {
    if milliseconds < 1_000 { return "\(milliseconds) ms" }
    if milliseconds < 60_000 { return "\(milliseconds / 1_000).\(milliseconds % 1_000 / 100) s" }
    let seconds = milliseconds / 1_000 % 60
    return "\(milliseconds / 60_000) min \(seconds < 10 ? "0" : "")\(seconds) s"
}
