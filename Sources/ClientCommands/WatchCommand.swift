package import ArgumentParser

/// Follows a run that exists.
package struct WatchCommand: ClientCommand {
    package static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a run to its end.",
        discussion: "Exit codes as for `assay run --wait`.")

    @OptionGroup var reference: RunReference
    @OptionGroup var options: FollowOptions

    package init() {}

    package func perform(_ context: ClientContext) throws(ClientError) -> Int32 {
        let server = try ServerClient.known(context)
        let id = try reference.id(server, context)
        return try Follow(server: server, context: context, options: options).toTheEnd(id)
    }
}
