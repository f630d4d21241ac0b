import Domain

/// A run as one page that stands alone: no script, no address it loads from, light and dark, fit for a mail and for paper.
struct HTMLReport {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var text: String {
        let run = report.run
        let title = escaped("\(run.name): \(run.status.rawValue)")
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>\(HTMLStyle.text)</style>
            </head>
            <body>
            <main>
            <header>
            <p class="verdict \(family(run.status))">\(escaped(run.status.rawValue))</p>
            <h1>\(report.url.map { "<a href=\"\(escaped($0))\">\(escaped(run.name))</a>" } ?? escaped(run.name))</h1>
            \(strip)
            <p class="counts">\(counts)</p>
            <dl>\(report.facts.map { "<div><dt>\(escaped($0.name))</dt><dd>\(escaped($0.value))</dd></div>" }.joined())</dl>
            </header>
            \(failures)
            \(everything)
            <footer>Written by Assay at \(escaped(report.at.description)).</footer>
            </main>
            </body>
            </html>

            """
    }

    /// Family of colours.
    private func family(_ status: ExecutionStatus) -> String {
        switch status {
        case .passed: "passed"
        case .failed: "failed"
        case .timeout: "timeout"
        case .aborted: "aborted"
        case .cancelled, .skipped, .pending, .running, .retrying: "idle"
        }
    }

    private var counts: String {
        let order: [ExecutionStatus] = [
            .failed, .timeout, .aborted, .passed, .cancelled, .skipped, .running, .retrying, .pending,
        ]
        let told = order.map { ($0, report.count($0)) }.filter { $0.1 > 0 }.map { status, count in
            "<span class=\"\(family(status))\"><b>\(count)</b> \(status.rawValue)</span>"
        }
        return told.joined(separator: " ") + " of \(report.cases.count)"
    }

    /// A tick for each case, or for as many as have room, each showing the worst of those it stands for.
    private var strip: String {
        let cases = report.cases
        guard cases.count > 1 else { return "" }
        let ticks = min(cases.count, 240)
        let pitch = max(4, min(14, 960 / Double(ticks)))
        let worst: [ExecutionStatus] = [
            .failed, .timeout, .aborted, .running, .retrying, .pending, .cancelled, .skipped, .passed,
        ]
        let drawn = (0..<ticks).map { tick -> String in
            let here = cases[
                (tick * cases.count / ticks)..<max(tick * cases.count / ticks + 1, (tick + 1) * cases.count / ticks)]
            let status = worst.first { status in here.contains { $0.status == status } } ?? .passed
            let tall = status == .passed ? 12 : 24
            return
                "<rect class=\"\(family(status))\" x=\"\(Double(tick) * pitch)\" y=\"\((24 - tall) / 2)\" width=\"\(pitch * 0.62)\" height=\"\(tall)\"/>"
        }
        return
            "<svg width=\"\(Double(ticks) * pitch)\" viewBox=\"0 0 \(Double(ticks) * pitch) 24\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"Cases in order\">"
            + drawn.joined() + "</svg>"
    }

    private var failures: String {
        let wrong = report.cases.filter { [.failed, .timeout, .aborted].contains($0.status) }
        guard !wrong.isEmpty else { return "" }
        return "<section><h2>Did not pass</h2>" + wrong.map(failure).joined() + "</section>"
    }

    private func failure(_ one: RunReport.Entry) -> String {
        var html =
            "<article><h3><span class=\"\(family(one.status))\">\(escaped(one.status.rawValue))</span> \(escaped(one.name))</h3>"
            + "<p class=\"why\">\(escaped(one.sentence))</p>"
        if let hint = one.hint { html += "<p class=\"hint\">\(escaped(hint))</p>" }
        if !one.steps.isEmpty {
            html +=
                "<ol>"
                + one.steps.map { step in
                    let family = step.status == "passed" ? "passed" : step.isBroken ? "failed" : "idle"
                    return "<li><span class=\"\(family)\">\(escaped(step.status))</span> "
                        + "\(escaped(step.name)) <small>\(inWords(step.durationMs))</small></li>"
                }.joined() + "</ol>"
        }
        for (label, text) in [("Standard output", one.failing?.stdout), ("Standard error", one.failing?.stderr)] {
            guard let text else { continue }
            html +=
                "<details open><summary>\(label)</summary><pre tabindex=\"0\" role=\"region\" aria-label=\"\(label)\">\(escaped(text))</pre></details>"
        }
        return html + "</article>"
    }

    private var everything: String {
        let rows = report.cases.map { one in
            "<tr><td class=\"\(family(one.status))\">\(escaped(one.status.rawValue))\(one.isFlaky ? ", attempt \(one.attempts)" : "")</td>"
                + "<th scope=\"row\">\(escaped(one.name))</th><td class=\"num\">\(one.durationMs.map(inWords) ?? "")</td></tr>"
        }
        return "<section><h2>All cases</h2><table><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Case</th>"
            + "<th scope=\"col\" class=\"num\">Took</th></tr></thead><tbody>\(rows.joined(separator: "\n"))</tbody></table></section>"
    }
}
