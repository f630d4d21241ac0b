import Domain
import Executions
import FastCGI
import Identity
import MariaDB
import Wire

extension Routes {
    /// Cancelling and retrying many runs, by their ids or by a filter, with a look before the leap.
    static let bulk: [Route] = [
        Route(
            .post, "/api/v1/executions/bulk-cancellation", .project(.cancelExecution, .body),
            "Cancel many runs, or only say which", body: .json(BulkShapes.cancellation),
            answer: AnswerDoc(200, "What it hits and what came of each.", .one("BulkResult"))
        ) { call in
            let principal = try call.principal()
            let reason = call.body["reason"]?.string
            return try call.bulk(of: ExecutionStatus.allCases.filter { !$0.isFinal }) { id, project in
                try call.services.cancelExecution.cancel(
                    id, project: project.id, by: principal.id, name: principal.name, reason: reason,
                    alongside: call.auditing("execution.cancel", after: ["reason": .text(reason)]))
                return id
            }
        },
        Route(
            .post, "/api/v1/executions/bulk-retry", .project(.retryExecution, .body),
            "Run many finished runs again, or only say which", body: .json(BulkShapes.retry),
            answer: AnswerDoc(200, "What it hits and what came of each.", .one("BulkResult"))
        ) { call in
            let starter = try call.principal().starter
            let failedOnly = call.body["failedOnly"]?.bool ?? false
            return try call.bulk(of: ExecutionStatus.allCases.filter(\.isFinal)) { id, project in
                try call.services.retryExecution.retry(
                    id, project: project.id, failedOnly: failedOnly, startedBy: starter, idempotency: nil,
                    alongside: call.auditing("execution.retry", after: ["retryOf": .string(id.description)])
                ).id
            }
        },
    ]
}

/// Shapes of the bulk actions.
enum BulkShapes {
    /// Runs that one request may hit; more are refused whole, so that nothing is done by half.
    static let limit = 200

    static var cancellation: Shape {
        body([.optional("reason", Shape.text(Limits.comment).orNull, "Why, for the history.")])
    }

    static var retry: Shape {
        body([.optional("failedOnly", .boolean, "Of suites only the cases that did not pass; default false.")])
    }

    private static func body(_ own: [Field]) -> Shape {
        .object(
            [
                .required("project", .key, "Project key."),
                .optional("ids", .array(.id, 1...limit), "These runs."),
                .optional("filter", filter, "All runs that match, as in the list of executions."),
                .optional("preview", .boolean, "Only say what would be hit; default false."),
            ] + own, exactlyOne: [["ids", "filter"]])
    }

    private static var filter: Shape {
        .object([
            .optional("status", .array(Routes.statusShape, 0...8), "Only these."),
            .optional("case", .key, "Only runs of this test case."),
            .optional(
                "suite", .alternatives(.key, .array(.key, 0...50)), "Only runs of this test suite, or of these."),
            .optional(
                "kind", .array(.words(["case", "suite", "import"]), 0...3), "Only these kinds."),
            .optional("type", .array(.words(CaseType.allCases.map(\.rawValue)), 0...8), "Only these types."),
            .optional("tag", .array(.text(1...63, .label), 0...50), "Only test cases with one of these tags."),
            .optional(
                "branch", .alternatives(.text(1...255), .array(.text(1...255), 0...50)), "Only this branch, or these."),
            .optional("commit", .text(4...64, .commit), "Only commits that begin so."),
            .optional(
                "environment", .alternatives(.key, .array(.key, 0...50)), "Only this environment, or these."),
            .optional("createdFrom", .time, "Created then or later."),
            .optional("createdTo", .time, "Created before."),
            .optional("q", .text(1...255), "Text in name, branch or commit."),
            .optional(
                "startedBy", .alternatives(.id, .array(.id, 0...50)),
                "Only runs that this user (or a token of theirs), token or trigger started, or these."),
        ])
    }
}

extension Call {
    /// Finds the runs that the body names and are in `statuses`, and does `act` to each, one transaction each: one that
    /// cannot be done is told and holds up nobody.
    ///
    /// - Parameter act: answers the execution to look at afterwards.
    fileprivate func bulk(
        of statuses: [ExecutionStatus], _ act: (ID<Execution>, ProjectRef) throws -> ID<Execution>
    ) throws -> Response {
        let project = try projectRef()
        let (items, isMore) = try selected(statuses, in: project.id)
        if body["preview"]?.bool == true {
            return .json([
                "matched": .count(items.count), "isMore": .bool(isMore), "items": .array(items), "results": [],
            ])
        }
        if isMore { throw Problem.invalid("/filter", "matches more than \(BulkShapes.limit) runs; narrow it") }
        let results = try items.map { item -> JSONValue in
            guard let id = item["id"]?.string.flatMap({ ID<Execution>($0) }) else { throw Problem(.internalError) }
            do {
                return ["id": .id(id), "execution": .id(try act(id, project)), "problem": .null]
            } catch  where isPoison(error) {
                let problem = ProblemMapping.problem(for: error)
                return ["id": .id(id), "execution": .null, "problem": .string(problem.detail ?? problem.code.rawValue)]
            }
        }
        return .json(
            ["matched": .count(items.count), "isMore": false, "items": .array(items), "results": .array(results)])
    }

    private func selected(
        _ statuses: [ExecutionStatus], in project: ID<Project>
    ) throws -> (items: [JSONValue], isMore: Bool) {
        let wish = body["filter"] ?? [:]
        var filter = ExecutionFilter(wish)
        filter.starters = try services.starters(wish.texts("startedBy"))
        filter.statuses = filter.statuses.isEmpty ? statuses : filter.statuses.filter(statuses.contains)
        // A filter that asks only for what this action cannot touch hits nothing, not everything.
        if filter.statuses.isEmpty { return ([], false) }
        if let ids = body["ids"]?.array { filter.ids = ids.compactMap { $0.string.flatMap { ID($0) } } }
        let page = try services.findExecutions.list(
            project: project, filter, limit: BulkShapes.limit, after: nil)
        return (page.items, page.next != nil)
    }
}

extension ExecutionFilter {
    /// The filter of a bulk request, whose members are named like the query of the list.
    fileprivate init(_ body: JSONValue) {
        self.init()
        statuses = (body["status"]?.array ?? []).compactMap { $0.string.flatMap(ExecutionStatus.init) }
        kinds = body.texts("kind").compactMap(ExecutionKind.init)
        narrow(suites: body.texts("suite"), case: body["case"]?.string)
        types = body.texts("type").compactMap(CaseType.init)
        tags = body.texts("tag")
        branches = body.texts("branch")
        commit = body["commit"]?.string
        environments = body.texts("environment")
        createdFrom = body["createdFrom"]?.string.flatMap { Timestamp($0) }
        createdTo = body["createdTo"]?.string.flatMap { Timestamp($0) }
        text = body["q"]?.string
    }

    /// Runs of some suites, or of one case; a kind that was asked for narrows further.
    mutating func narrow(suites: [String], case one: String?) {
        func only(_ keys: [String], _ possible: [ExecutionKind]) {
            definitionKeys = keys
            kinds = kinds.isEmpty ? possible : kinds.filter(possible.contains)
            if kinds.isEmpty { ids = [] }
        }
        if !suites.isEmpty { only(suites, [.suite, .import]) }
        if let one { only([one], [.case]) }
    }
}

extension JSONValue {
    /// A member that is one text or several.
    fileprivate func texts(_ name: String) -> [String] {
        self[name]?.string.map { [$0] } ?? self[name]?.array?.compactMap(\.string) ?? []
    }
}

extension Services {
    /// Who the runs of some users, tokens and triggers say that started them: a user's are also those of their tokens.
    func starters(_ texts: [String]) throws -> [UUIDv7] {
        let asked = texts.compactMap { UUIDv7($0) }
        return asked.isEmpty ? [] : try asked + tokens.ids(ofUsers: asked)
    }
}
