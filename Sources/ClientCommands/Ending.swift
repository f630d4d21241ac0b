import Domain
import Glibc

/// What is said of a run that is over, in the forms that were asked for.
struct Ending {
    let server: ServerClient
    let context: ClientContext
    let options: FollowOptions

    /// Returns the exit code. Blocks.
    func tell(_ document: JSONValue) throws(ClientError) -> Int32 {
        let run = RunView(document)
        let needsAll = options.json || options.junit != nil
        let cases = run.kind == "suite" && needsAll ? try children(of: run) : []
        if let file = options.junit {
            let report = JUnitReport(run: run, cases: cases.map(RunView.init), url: run.url(server))
            try write(report.text, to: file)
        }
        guard options.json else { return try Summary(server: server, context: context).print(run) }
        var members = document.object ?? [:]
        if run.kind == "suite" { members["cases"] = .array(cases) }
        context.print(text(.object(members)))
        return run.exitCode(unpassed: cases.map(RunView.init).filter { $0.status != "passed" })
    }

    private func children(of run: RunView) throws(ClientError) -> [JSONValue] {
        var cases: [JSONValue] = []
        var cursor: String?
        repeat {
            var path = "/executions/\(escaped(run.id))/children?limit=200"
            if let cursor { path += "&cursor=\(escaped(cursor))" }
            let page = try server.get(path)
            cases += page["items"]?.array ?? []
            cursor = page["nextCursor"]?.string
        } while cursor != nil
        return cases
    }

    private func write(_ text: String, to path: String) throws(ClientError) {
        guard let file = fopen(path, "w") else {
            throw ClientError("cannot write '\(path)': \(String(cString: strerror(errno)))")
        }
        let bytes = Array(text.utf8)
        let count = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, count == bytes.count else {
            throw ClientError("cannot write '\(path)': \(String(cString: strerror(errno)))")
        }
    }
}
