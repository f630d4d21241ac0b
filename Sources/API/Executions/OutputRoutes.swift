import Domain
import Executions
import FastCGI
import Wire

extension Routes {
    static let output: [Route] = [
        Route(
            .get, "/api/v1/executions/{id}/output/search", .project(.read, .owner(.execution)),
            "Search what the steps of an attempt printed",
            query: [
                QueryParameter("q", .text(1...255), isRequired: true, "Text to find."),
                QueryParameter("attempt", .integer(1...65_535), "Number of the attempt; default the newest."),
                QueryParameter("step", .integer(1...1_000_000), "Only this step; default all that have ended."),
                QueryParameter("matchCase", .boolean, "Whether capital letters count; default false."),
                QueryParameter(
                    "limit", .integer(1...Int64(SearchOutput.maximumLines)), "Lines, 1 to 1000; default 100."),
            ], answer: AnswerDoc(200, "Counts, and the first lines.", .one("OutputSearch")), isLive: true
        ) { call in
            let wish = SearchOutput.Wish(
                call.query.text("q") ?? "", isExact: call.query.flag("matchCase") ?? false,
                limit: call.query.integer("limit") ?? 100)
            let id: ID<Execution> = try call.id()
            let found = try call.services.searchOutput.search(
                wish, in: id, project: try call.project(), attempt: call.query.integer("attempt"),
                step: call.query.integer("step"))
            guard let found else { throw Problem(.notFound, "There is no such attempt.") }
            return .json([
                "execution": .id(id), "attempt": .count(found.attempt), "matches": .count(found.matches),
                "lines": .count(found.lineCount), "searchedBytes": .integer(found.searchedBytes),
                "unsearchedBytes": .integer(found.unsearchedBytes),
                "items": .array(
                    found.lines.map { line in
                        [
                            "step": .count(line.step), "stream": .string(line.stream),
                            "line": line.number.map(JSONValue.count) ?? .null, "text": .string(line.text),
                        ]
                    }),
            ])
        }
    ]
}
