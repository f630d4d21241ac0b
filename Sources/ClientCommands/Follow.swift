import Domain
import Transfer

/// Follows one run by its event stream, resuming where a lost connection left off, and reports its end.
final class Follow {
    private let server: ServerClient
    // A question during the stream needs a connection of its own.
    private let asker: ServerClient
    private let context: ClientContext
    private let options: FollowOptions
    private let interrupts = Interrupts()
    private var progress: ProgressPrinter
    private var cursor: String?
    private var lastSeq: [String: Int64] = [:]
    private var hasEnded = false

    init(server: ServerClient, context: ClientContext, options: FollowOptions) throws(ClientError) {
        self.server = server
        asker = try ServerClient.known(context)
        self.context = context
        self.options = options
        progress = ProgressPrinter(options.json ? context.silent : context)
    }

    /// Returns the exit code once the run is final, or `ClientExit.interrupted`.
    func toTheEnd(_ id: String) throws(ClientError) -> Int32 {
        context.onInterrupt { [interrupts] in interrupts.raise() }
        var document = try asker.get("/executions/\(escaped(id))")
        var run = RunView(document)
        progress.begin(run)
        var failures = 0
        while !run.isFinal {
            if interrupts.take(), try !goesOn(run) { return ClientExit.interrupted }
            let before = cursor
            hasEnded = false
            try listen(run)
            document = try asker.get("/executions/\(escaped(run.id))")
            run = RunView(document)
            failures = cursor == before ? failures + 1 : 0
            if !run.isFinal, !hasEnded { server.pause(min(failures, 5)) }
        }
        progress.end()
        return try Ending(server: asker, context: context, options: options).tell(document)
    }

    /// What Ctrl-C means: false to stop watching.
    private func goesOn(_ run: RunView) throws(ClientError) -> Bool {
        progress.end()
        let name = run.number.map(String.init) ?? run.id
        guard options.cancelOnInterrupt else {
            context.writeError(
                "\(run.title) goes on: `assay watch \(name)` follows it, `assay cancel \(name)` ends it\n")
            return false
        }
        context.writeError("cancelling \(run.title); Ctrl-C again stops watching\n")
        _ = try asker.cancel(run.id, reason: "interrupted at the command line")
        return true
    }

    private func listen(_ run: RunView) throws(ClientError) {
        var parser = EventParser()
        var isFirst = true
        let path = "/executions/\(escaped(run.id))/events"
        try server.stream(path, lastEventID: cursor, abort: interrupts.stream()) { bytes in
            if isFirst {
                isFirst = false
                // It may have ended between the question and the stream, which then stays silent.
                if let now = try? asker.get("/executions/\(escaped(run.id))"), RunView(now).isFinal { return false }
            }
            for event in parser.feed(bytes) { handle(event, run) }
            return !hasEnded
        }
    }

    private func handle(_ event: ServerEvent, _ run: RunView) {
        if let id = event.id { cursor = id }
        switch event.name {
        case "end": hasEnded = true
        case "reset": cursor = nil
        default:
            guard let data = try? JSONParser.parse(event.data), isNew(data) else { return }
            progress.show(event.name, data, of: run) { [asker] id in
                (try? asker.get("/executions/\(escaped(id))")).map(RunView.init)
            }
        }
    }

    /// After a resume the server may repeat: an event counts once by execution and number.
    private func isNew(_ data: JSONValue) -> Bool {
        guard let execution = data["execution"]?.string, let seq = data["seq"]?.integer else { return true }
        guard seq > lastSeq[execution] ?? 0 else { return false }
        lastSeq[execution] = seq
        return true
    }
}
