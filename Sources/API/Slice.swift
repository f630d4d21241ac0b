package import Wire

/// One feature at the door: all of its routes, and the schemas of what they answer.
///
/// Request shapes, rendering, owner look-ups, use cases and the mapping of errors stand beside it in its folder.
package struct Slice: Sendable {
    package let routes: [Route]
    /// Component schemas by name.
    package let answers: [String: Shape]

    /// Every slice; nothing else lists them.
    package static let all: [Slice] = [
        operations, identity, catalog, executions, results, agents, metrics, alerts, integrations,
    ]
}

/// The route table: dispatch, permission check, OpenAPI and the documentation test read this one list.
package enum Routes {
    package static let all: [Route] = Slice.all.flatMap(\.routes)
}
