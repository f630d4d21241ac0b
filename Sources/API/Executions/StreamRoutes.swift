import Domain
import FastCGI
import Wire

extension Routes {
    /// What the events role answers; documented here because readers look for one description of the whole API.
    package static let streams: [Route] = [
        elsewhere(
            "/api/v1/events", .project(.read, .query), "Follow what happens in a project",
            query: [.project, types, QueryParameter("executions", .id, isList: true, "Only these executions."), after],
            mediaType: "text/event-stream"),
        elsewhere(
            "/api/v1/executions/{id}/events", .project(.read, .owner(.execution)), "Follow one execution",
            query: [types, after], mediaType: "text/event-stream"),
        elsewhere(
            "/api/v1/executions/{id}/wait", .project(.read, .owner(.execution)), "Wait until an execution is final",
            query: [QueryParameter("timeoutMs", .integer(0...600_000), "Longest wait; default and most ten minutes.")],
            mediaType: "application/json"),
        elsewhere(
            "/api/v1/executions/{id}/output", .project(.read, .owner(.execution)), "Follow what an attempt prints",
            query: [
                QueryParameter("attempt", .integer(1...65_535), "Number of the attempt; default the newest."),
                QueryParameter("step", .integer(1...1_000_000), "Only this step; default all in order."),
                QueryParameter(
                    "after", .integer(0...Int64.max), "Only what lies behind this offset; as Last-Event-ID."),
                QueryParameter("follow", .boolean, "Whether to wait for more; default true."),
            ], mediaType: "text/event-stream"),
        elsewhere(
            "/agent/v1/control", .agent, "Follow what an agent is to do", query: [], mediaType: "text/event-stream"),
    ]

    private static let types = QueryParameter("types", .text(1...1000), isList: true, "Only these types of events.")
    private static let after = QueryParameter("after", .text(1...64), "Where to go on; as Last-Event-ID.")

    private static func elsewhere(
        _ path: String, _ access: RouteAccess, _ summary: String, query: [QueryParameter], mediaType: String
    ) -> Route {
        Route(
            .get, path, access, summary, query: query,
            answer: AnswerDoc(200, "A stream, or one late answer.", .other(mediaType: mediaType))
        ) { _ in throw Problem(.notFound, "The events role serves this address.") }
    }
}
