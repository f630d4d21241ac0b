import Domain
import Executions
import FastCGI
import Wire

extension Routes {
    static let attempts: [Route] = [
        Route(
            .get, "/api/v1/executions/{id}/attempts", .project(.read, .owner(.execution)), "List attempts",
            answer: AnswerDoc(200, "Attempts, oldest first.", .page("Attempt")), isLive: true
        ) { call in
            .page(try call.services.readAttempts.attempts(of: try call.id(), project: try call.project()))
        },
        Route(
            .get, "/api/v1/executions/{id}/trace", .project(.read, .owner(.execution)), "Show the trace of an attempt",
            query: [attempt], answer: AnswerDoc(200, "The trace; default of the last attempt.", .one("Trace")),
            isLive: true
        ) { call in
            try .encoded(try call.trace())
        },
        Route(
            .get, "/api/v1/executions/{id}/steps", .project(.read, .owner(.execution)), "List step results",
            query: [
                attempt,
                QueryParameter(
                    "status", .words(StepStatus.allCases.map(\.rawValue)), isList: true, "Only these."),
            ] + QueryParameter.paging, answer: AnswerDoc(200, "Step results in order.", .page("StepResult")),
            isLive: true
        ) { call in
            let offset = try call.offset()
            let wanted = Set(call.query.texts("status"))
            let steps = try call.trace().steps.filter { wanted.isEmpty || wanted.contains($0.status.rawValue) }
            let page = steps.dropFirst(offset).prefix(call.query.limit)
            let next = offset + page.count < steps.count ? Cursor.encode([String(offset + page.count)]) : nil
            return try .encoded(StepPage(items: Array(page), nextCursor: next))
        },
        Route(
            .get, "/api/v1/executions/{id}/history", .project(.read, .owner(.execution)), "List what happened to it",
            answer: AnswerDoc(200, "Facts in order.", .page("HistoryEntry")), isLive: true
        ) { call in
            .page(try call.services.readAttempts.history(of: try call.id(), project: try call.project()))
        },
    ]

    private static let attempt = QueryParameter("attempt", .integer(1...65_535), "Number of the attempt.")
}

private struct StepPage: Encodable {
    let items: [StepResult]
    let nextCursor: String?

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(items, forKey: .items)
        // Null, not absent: every list says whether it ends here.
        try container.encode(nextCursor, forKey: .nextCursor)
    }

    private enum Key: CodingKey { case items, nextCursor }
}

extension Call {
    fileprivate func trace() throws -> ReadAttempts.Trace {
        let trace = try services.readAttempts.trace(
            of: try id(), project: try project(), attempt: query.integer("attempt"))
        guard let trace else { throw Problem(.notFound, "There is no such attempt.") }
        return trace
    }
}
