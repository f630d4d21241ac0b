import Domain

/// A run as people paste it into a pull request or a chat: the verdict, what failed and why, counts.
struct MarkdownReport {
    /// Failures that are told of one by one.
    private static let most = 100
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var text: String {
        let run = report.run
        let title = report.url.map { "[\(inline(run.name))](\($0))" } ?? inline(run.name)
        var lines = ["# \(title): \(run.status.rawValue)", "", counts, ""]
        lines += report.facts.map { "- \($0.name): \(inline($0.value))" }
        if report.cases.count == 1, let error = run.errorMessage { lines += ["", inline(error)] }
        let wrong = report.cases.filter { [.failed, .timeout, .aborted].contains($0.status) }
        if !wrong.isEmpty { lines += ["", "## Did not pass", ""] }
        for one in wrong.prefix(Self.most) { lines += element(one) }
        if wrong.count > Self.most { lines += ["", "And \(wrong.count - Self.most) more."] }
        let flaky = report.cases.filter(\.isFlaky)
        if !flaky.isEmpty {
            lines += ["", "## Passed after a retry", ""]
            lines += flaky.prefix(Self.most).map { "- \(inline($0.name)), attempt \($0.attempts)" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var counts: String {
        let known: [ExecutionStatus] = [
            .passed, .failed, .timeout, .aborted, .cancelled, .skipped, .running, .retrying, .pending,
        ]
        let told = known.map { ($0, report.count($0)) }.filter { $0.1 > 0 }.map { "**\($0.1)** \($0.0.rawValue)" }
        return told.joined(separator: " · ") + " of \(report.cases.count)"
    }

    private func element(_ one: RunReport.Entry) -> [String] {
        var lines = ["### \(inline(one.name))", "", "\(one.status.rawValue): \(inline(one.sentence))"]
        if let step = one.failing?.name { lines.append("In step *\(inline(step))*.") }
        if let text = one.failing?.stderr ?? one.failing?.stdout {
            let shown = text.split(separator: "\n", omittingEmptySubsequences: false).suffix(20).joined(separator: "\n")
            // A fence longer than any run of back-ticks inside.
            let longest = shown.split { $0 != "`" }.map(\.count).max() ?? 0
            let fence = String(repeating: "`", count: max(3, longest + 1))
            lines += ["", fence + "text", shown, fence]
        }
        return lines + [""]
    }

    /// On one line, with nothing that Markdown would read.
    private func inline(_ text: String) -> String {
        var out = ""
        for character in text {
            if character.isNewline {
                out += " "
            } else {
                if "\\`*_{}[]<>#|~!".contains(character) { out += "\\" }
                out.append(character)
            }
        }
        return out
    }
}
