import Domain
import Transfer

/// Prints the output stream of one execution, resuming where a lost connection left off.
final class PrintOutput {
    private let server: ServerClient
    private let context: ClientContext
    private let execution: String
    private let step: Int?
    private let follows: Bool
    private var offset: String?
    /// The attempt whose end was told.
    private var ended: JSONValue?
    private var isLineOpen = false

    init(server: ServerClient, context: ClientContext, execution: String, step: Int?, follows: Bool) {
        self.server = server
        self.context = context
        self.execution = execution
        self.step = step
        self.follows = follows
    }

    /// Prints to the end of an attempt, nil = the newest or first; answers its number, nil when there was none.
    func print(attempt: Int?, isRetry: Bool = false) throws(ClientError) -> Int? {
        var path = "/executions/\(escaped(execution))/output?follow=\(follows)"
        if let attempt { path += "&attempt=\(attempt)" }
        if let step { path += "&step=\(step)" }
        (offset, ended) = (nil, nil)
        var mark = isRetry ? attempt : nil
        var failures = 0
        while ended == nil {
            let before = offset
            var parser = EventParser()
            try server.stream(path, lastEventID: offset) { bytes in
                for event in parser.feed(bytes) {
                    if let number = mark, event.name == "output" {
                        note("attempt \(number)")
                        mark = nil
                    }
                    handle(event)
                }
                return ended == nil
            }
            failures = offset == before ? failures + 1 : 0
            if ended == nil { server.pause(min(failures, 5)) }
        }
        if isLineOpen { context.write("\n") }
        isLineOpen = false
        return ended?["attempt"]?.integer.map { Int(clamping: $0) }
    }

    private func handle(_ event: ServerEvent) {
        if let id = event.id { offset = id }
        guard let data = try? JSONParser.parse(event.data) else { return }
        switch event.name {
        case "output":
            let text = data["text"]?.string ?? ""
            if data["stream"]?.string == "stderr" {
                context.writeError(text)
            } else {
                context.write(text)
                isLineOpen = !text.utf8.isEmpty && text.utf8.last != 10
            }
        case "gap":
            let place = data["artifact"]?.string.map { "; the artifact \($0) holds it all" } ?? ""
            note("\(data["bytes"]?.integer ?? 0) bytes are not shown\(place)")
        case "truncated": note("the step prints more than is shown while it runs")
        case "end": ended = data
        default: break
        }
    }

    private func note(_ sentence: String) { context.writeError("assay: \(sentence)\n") }
}
