import Domain

/// Prints how a run ended: each case that did not pass with its reason, then the verdict and where to look.
struct Summary {
    /// Cases listed at most; the page has all.
    static let listed = 50

    let server: ServerClient
    let context: ClientContext

    /// Returns the exit code.
    func print(_ run: RunView) throws(ClientError) -> Int32 {
        let unpassed = run.kind == "suite" && run.status != "passed" ? try printCases(run) : []
        var verdict = "\(run.title) \(word(run.status))"
        if let duration = run.durationMs { verdict += " in \(durationText(duration))" }
        if run.kind == "suite", let total = run.counts["total"] {
            verdict += ": \(run.counts["passed"] ?? 0) of \(total) passed"
        }
        context.print(verdict)
        if run.status != "passed" { explain(run, indent: "  ") }
        context.print(run.url(server))
        return run.exitCode(unpassed: unpassed)
    }

    private func printCases(_ run: RunView) throws(ClientError) -> [RunView] {
        let path =
            "/executions/\(escaped(run.id))/children?status=failed,timeout,aborted,cancelled&limit=\(Self.listed)"
        let page = try server.get(path)
        let cases = (page["items"]?.array ?? []).map(RunView.init)
        for child in cases {
            context.print("✗ \(child.name) \(word(child.status))")
            explain(child, indent: "    ")
            context.print("    \(child.url(server, within: run))")
        }
        if page["nextCursor"]?.string != nil { context.print("… and more: see the page of the run") }
        return cases
    }

    private func explain(_ run: RunView, indent: String) {
        if let sentence = run.sentence { context.print(indent + sentence) }
        if let hint = run.hint { context.print(indent + hint) }
    }

    private func word(_ status: String) -> String { status == "timeout" ? "took too long" : status }
}
