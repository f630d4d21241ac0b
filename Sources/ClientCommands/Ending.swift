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
        let cases = run.kind != "case" && options.json ? try children(of: run) : []
        if let file = options.junit {
            try writeFile(try server.file("/executions/\(escaped(run.id))/report?format=junit"), to: file)
        }
        guard options.json else { return try Summary(server: server, context: context).print(run) }
        var members = document.object ?? [:]
        if run.kind != "case" { members["cases"] = .array(cases) }
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
}
