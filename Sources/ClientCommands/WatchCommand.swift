package import ArgumentParser
import Domain

/// Follows a run that exists.
package struct WatchCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a run to its end.",
        discussion: "Exit codes as for `assay run --wait`.")

    @Argument(help: "Id or number (12 or #12) of the run; default the newest of the project.")
    var run: String?

    @Option(name: .shortAndLong, help: "Project key; default ASSAY_PROJECT.")
    var project: String?

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let server = try ServerClient.known(context)
        return try Follow(server: server, context: context).toTheEnd(try id(server, context))
    }

    private func id(_ server: ServerClient, _ context: ClientContext) throws(ClientError) -> String {
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
