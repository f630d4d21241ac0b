import Domain
import Executions
import FastCGI
import Wire

/// `GET /executions`: filters, and what a page asks to have included.
enum ExecutionListing {
    static let parameters: [QueryParameter] = [
        .project,
        QueryParameter("status", Routes.statusShape, isList: true, "Only these."),
        QueryParameter("kind", .words(["case", "suite", "import"]), isList: true, "Only these kinds."),
        QueryParameter(
            "type", .words(CaseType.allCases.map(\.rawValue)), isList: true, "Only these types of test case."),
        QueryParameter("tag", .text(1...63, .label), isList: true, "Only runs of test cases with one of these tags."),
        QueryParameter("case", .key, "Only runs of this test case."),
        QueryParameter("suite", .key, isList: true, "Only runs of these test suites."),
        QueryParameter("branch", .text(1...255), isList: true, "Only these branches."),
        QueryParameter("commit", .text(4...64, .commit), "Only commits that begin so."),
        QueryParameter("environment", .key, isList: true, "Only these environments."),
        QueryParameter("createdFrom", .time, "Created then or later."),
        QueryParameter("createdTo", .time, "Created before."),
        QueryParameter("q", .text(1...255), "Text in name, branch or commit."),
        QueryParameter("number", .integer(1...4_294_967_295), "Only this run number."),
        QueryParameter(
            "startedBy", .id, isList: true,
            "Only runs that these users, their tokens, or these tokens or triggers started."),
        QueryParameter("root", .boolean, "Only runs, no cases of suites; default true."),
        QueryParameter("include", .words(["history", "counts", "children"]), isList: true, "More to answer."),
    ]

    static func answer(_ call: Call) throws -> Response {
        let project = try call.project()
        let filter = try filter(call)
        let include = Set(call.query.texts("include"))
        let after: ID<Execution>? = try call.query.text("cursor").flatMap { cursor in
            guard let text = try Cursor.decode(cursor, count: 1).first, let id = ID<Execution>(text) else {
                throw Problem.invalid("?cursor", "is not a cursor of this list")
            }
            return id
        }
        let page = try call.services.findExecutions.list(
            project: project, filter, limit: call.query.limit, after: after, history: include.contains("history"),
            children: include.contains("children"))
        var answer: [String: JSONValue] = [
            "items": .array(page.items), "nextCursor": .text(page.next.map { Cursor.encode([$0.description]) }),
        ]
        if include.contains("counts") {
            let counts = try call.services.findExecutions.counts(project: project, filter)
            answer["counts"] = .object(
                Dictionary(
                    uniqueKeysWithValues: ExecutionStatus.allCases.map { ($0.rawValue, .count(counts[$0] ?? 0)) }))
        }
        return .json(.object(answer))
    }

    private static func filter(_ call: Call) throws -> ExecutionFilter {
        let query = call.query
        var filter = ExecutionFilter()
        filter.statuses = call.statuses("status")
        filter.kinds = query.texts("kind").compactMap(ExecutionKind.init)
        filter.types = query.texts("type").compactMap(CaseType.init)
        filter.tags = query.texts("tag")
        filter.narrow(suites: query.texts("suite"), case: query.text("case"))
        filter.branches = query.texts("branch")
        filter.commit = query.text("commit")
        filter.environments = query.texts("environment")
        filter.createdFrom = query.time("createdFrom")
        filter.createdTo = query.time("createdTo")
        filter.text = query.text("q")
        filter.starters = try call.services.starters(query.texts("startedBy"))
        filter.number = query.integer("number")
        filter.rootsOnly = query.flag("root") ?? true
        return filter
    }
}
