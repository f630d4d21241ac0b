import Domain

/// Prints how a run ended: each case that did not pass with its reason, then the verdict and where to look.
struct Summary {
    /// Cases listed at most; the page has all.
    static let listed = 50

    let server: ServerClient
    let context: ClientContext

    func print(_ run: RunView) throws(ClientError) {
        if run.kind == "suite", run.status != "passed" { try printCases(run) }
        var verdict = "\(run.title) \(word(run.status))"
        if let duration = run.durationMs { verdict += " in \(durationText(duration))" }
        if run.kind == "suite", let total = run.counts["total"] {
            verdict += ": \(run.counts["passed"] ?? 0) of \(total) passed"
        }
        context.print(verdict)
        if run.kind != "suite", let error = run.error { context.print("  \(error)") }
        if run.status == "aborted", let reason = run.reason { context.print("  reason: \(reason)") }
        context.print(run.url(server))
    }

    private func printCases(_ run: RunView) throws(ClientError) {
        let path =
            "/executions/\(escaped(run.id))/children?status=failed,timeout,aborted,cancelled&limit=\(Self.listed)"
        let page = try server.get(path)
        for child in (page["items"]?.array ?? []).map(RunView.init) {
            context.print("✗ \(child.name) \(word(child.status))")
            if let sentence = child.error ?? child.reason { context.print("    \(sentence)") }
            context.print("    \(child.url(server, within: run))")
        }
        if page["nextCursor"]?.string != nil { context.print("… and more: see the page of the run") }
    }

    private func word(_ status: String) -> String { status == "timeout" ? "took too long" : status }
}
