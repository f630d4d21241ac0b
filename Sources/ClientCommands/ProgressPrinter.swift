import Domain
import Wire

/// Shows a run while it goes on: one changing line on a terminal, a line per finished case elsewhere.
struct ProgressPrinter {
    private let context: ClientContext
    private var counts: [String: Int64] = [:]
    private var title = ""
    private var isSuite = false
    private var hasBar = false
    private var step = ""

    init(_ context: ClientContext) { self.context = context }

    mutating func begin(_ run: RunView) {
        counts = run.counts
        title = run.title
        isSuite = run.kind == "suite"
        if !run.isFinal { redraw() }
    }

    /// Takes one event of the run or of one of its cases; `look` asks the server about an execution.
    mutating func show(_ event: String, _ data: JSONValue, of run: RunView, look: (String) -> RunView?) {
        let execution = data["execution"]?.string ?? ""
        let isRoot = execution == run.id
        if let counts = data["counts"]?.object, isRoot, isSuite { self.counts = counts.compactMapValues(\.integer) }
        if isRoot, event == EventName.executionProgress.rawValue { step = data["step"]?["name"]?.string ?? step }
        if context.isTerminal {
            redraw()
        } else if event == EventName.executionFinished.rawValue, !isRoot {
            printCase(data, look(execution)?.name ?? execution)
        } else if event == EventName.executionRetrying.rawValue {
            let name = isRoot ? run.name : look(execution)?.name ?? execution
            context.print("retrying   \(name) (\(why(data["why"]?.string)))")
        }
    }

    func end() {
        if hasBar { context.write("\r\u{1b}[K") }
    }

    private func printCase(_ data: JSONValue, _ name: String) {
        guard data["final"]?.bool != false else { return }
        let status = data["status"]?.string ?? data["to"]?.string ?? ""
        var line = status + String(repeating: " ", count: max(1, 11 - status.count)) + name
        if let duration = data["durationMs"]?.integer { line += " (\(durationText(duration)))" }
        context.print(line)
    }

    private func why(_ word: String?) -> String {
        switch word {
        case "agent_lost": "its agent was lost"
        case "timeout": "it took too long"
        default: "it failed"
        }
    }

    private mutating func redraw() {
        guard context.isTerminal else { return }
        hasBar = true
        context.write("\r\u{1b}[K" + line)
    }

    private var line: String {
        guard isSuite else { return step.isEmpty ? "\(title) …" : "\(title): \(step) …" }
        func count(_ status: String) -> Int64 { counts[status] ?? 0 }
        let total = max(count("total"), 1)
        let bad = count("failed") + count("timeout") + count("aborted") + count("cancelled")
        let done = min(total, count("passed") + bad)
        let width: Int64 = 24
        let filled = Int(done * width / total)
        let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: Int(width) - filled)
        return
            "\(title) \(bar) \(done)/\(count("total")), \(count("passed")) passed, \(bad) not passed, \(count("running")) running"
    }
}
