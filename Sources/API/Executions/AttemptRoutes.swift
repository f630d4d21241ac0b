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
            query: [
                attempt,
                QueryParameter("after", .integer(0...4_294_967_295), "Only steps behind this sequence; `nextAfter`."),
                QueryParameter(
                    "limit", .integer(1...Int64(ReadTrace.maximumSteps)), "Most steps, 1 to 1000; default 1000."),
            ], answer: AnswerDoc(200, "The trace; default of the last attempt.", .one("Trace")), isLive: true
        ) { call in
            let page = try call.trace(
                after: call.query.integer("after") ?? 0, limit: call.query.integer("limit") ?? ReadTrace.maximumSteps)
            return .json(
                [
                    "execution": .id(page.execution), "attempt": .count(page.attempt), "fence": .count(page.fence),
                    "status": .string(page.status), "storage": .string(page.storage),
                    "stepCount": .count(page.stepCount), "nextAfter": page.nextAfter.map(JSONValue.count) ?? .null,
                    "running": page.running?.json ?? .null,
                ], with: "steps", page.steps)
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
            let page = try call.trace(
                after: try call.place(), limit: call.query.limit,
                statuses: call.query.texts("status").compactMap(StepStatus.init))
            // Null, not absent: every list says whether it ends here.
            let next = page.nextAfter.map { Cursor.encode([String($0)]) }
            return .json(["nextCursor": next.map(JSONValue.string) ?? .null], with: "items", page.steps)
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

extension TracePage.RunningNow {
    fileprivate var json: JSONValue {
        var members = step.object ?? [:]
        members["elapsedMs"] = .integer(elapsedMs)
        return .object(members)
    }
}

extension Call {
    fileprivate func trace(after: Int, limit: Int, statuses: [StepStatus] = []) throws -> TracePage {
        let page = try services.readTrace.page(
            of: try id(), project: try project(), attempt: query.integer("attempt"), after: after, limit: limit,
            statuses: statuses)
        guard let page else { throw Problem(.notFound, "There is no such attempt.") }
        return page
    }

    /// The sequence that a cursor of steps names.
    fileprivate func place() throws -> Int {
        guard let cursor = query.text("cursor") else { return 0 }
        guard let text = try Cursor.decode(cursor, count: 1).first, let place = Int(text),
            (0...4_294_967_295).contains(place)
        else { throw Problem.invalid("?cursor", "is not a cursor of this list") }
        return place
    }
}

extension Response {
    /// An object with a list of documents that are JSON already: they are neither read nor written again.
    fileprivate static func json(_ members: [String: JSONValue], with name: String, _ items: [[UInt8]]) -> Response {
        var body = JSONValue.object(members).serialized()
        body.removeLast()
        body += "\(members.isEmpty ? "" : ",")\"\(name)\":[".utf8
        body += items.joined(separator: [UInt8(ascii: ",")])
        body += "]}".utf8
        return Response(status: 200, headers: [("Content-Type", "application/json")], body: body)
    }
}
