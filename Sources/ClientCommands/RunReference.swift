import ArgumentParser
import Domain

/// The run that a command is about: id, number (12 or #12), or the newest of the project; behind a slash a case of it.
struct RunReference: ParsableArguments {
    @Argument(
        help: "Id or number (12 or #12) of the run, RUN/CASE for a case of it; default the newest of the project.")
    var run: String?

    @Option(name: .shortAndLong, help: "Project key; default ASSAY_PROJECT.")
    var project: String?

    /// The id of the execution that is meant. Blocks.
    func id(_ server: ServerClient, _ context: ClientContext) throws(ClientError) -> String {
        let parts = run?.split(separator: "/", maxSplits: 1).map(String.init) ?? []
        let root = try rootID(parts.first, server, context)
        guard parts.count > 1, let key = parts.last else { return root }
        let path = "/executions/\(escaped(root))/children?limit=1&key=\(escaped(key))"
        guard let found = try server.get(path)["items"]?.array?.first?["id"]?.string else {
            throw ClientError("the run \(parts[0]) has no case '\(key)'")
        }
        return found
    }

    private func rootID(
        _ run: String?, _ server: ServerClient, _ context: ClientContext
    ) throws(ClientError) -> String {
        if let run, UUIDv7(run) != nil { return run }
        var path = "/executions?project=\(escaped(try context.project(project)))&limit=1"
        if let run {
            guard let number = Int(run.hasPrefix("#") ? String(run.dropFirst()) : run), number > 0 else {
                throw ClientError("'\(run)' is neither the id nor the number of a run")
            }
            path += "&number=\(number)"
        }
        guard let found = try server.get(path)["items"]?.array?.first, let id = found["id"]?.string else {
            throw ClientError(run.map { "there is no run \($0)" } ?? "the project has no runs yet")
        }
        return id
    }
}
