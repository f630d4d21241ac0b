import Domain
import Executions
import FastCGI
import Flows
import Identity
import Wire

extension Routes {
    static let executions: [Route] = [
        Route(
            .post, "/api/v1/executions", .project(.startExecution, .body), "Start a test case or a test suite",
            body: .json(ExecutionShapes.start),
            answer: AnswerDoc(201, "The execution. A replay by Idempotency-Key says so.", .one("Execution"))
        ) { call in
            let project = try call.projectRef()
            let result = try call.services.startRun.start(
                RunWish(call.body), in: project, startedBy: try call.principal().starter,
                idempotency: try call.idempotencyKey()
            ) { call.auditing("execution.start", after: $0.audited) }
            return try call.started(result, project: project.id)
        },
        Route(
            .post, "/api/v1/executions/validation", .project(.startExecution, .body),
            "Check a start without starting anything", body: .definition(ExecutionShapes.start),
            answer: AnswerDoc(200, "Faults, and what would hold for the run.", .one("Validation"))
        ) { call in
            .json(try call.validation())
        },
        Route(
            .get, "/api/v1/executions", .project(.read, .query), "List executions, newest first",
            query: ExecutionListing.parameters + QueryParameter.paging,
            answer: AnswerDoc(200, "Executions; `counts` by status with include=counts.", .page("Execution")),
            isLive: true
        ) { call in try ExecutionListing.answer(call) },
        Route(
            .get, "/api/v1/executions/{id}", .project(.read, .owner(.execution)), "Show an execution",
            answer: AnswerDoc(200, "The execution.", .one("Execution")), isLive: true
        ) { call in
            let (id, project): (ID<Execution>, _) = (try call.id(), try call.project())
            let document = try call.services.findExecutions.get(id, in: [project])
            let settings = try call.services.findExecutions.settings(of: id, project: project)
            return .json(.object((document.object ?? [:]).merging(["settings": settings.json]) { _, new in new }))
        },
        Route(
            .get, "/api/v1/executions/{id}/children", .project(.read, .owner(.execution)),
            "List the cases of a suite run",
            query: [
                QueryParameter("status", statusShape, isList: true, "Only these."),
                QueryParameter("key", .key, "Only this test case."),
                QueryParameter(
                    "sort", .words(["position", "urgency"]), "Default position; urgency shows failures first."),
            ] + QueryParameter.paging, answer: AnswerDoc(200, "Executions.", .page("Execution")), isLive: true
        ) { call in
            let offset = try call.offset()
            let found = try call.services.findExecutions.children(
                of: try call.id(), project: try call.project(), statuses: call.statuses("status"),
                key: call.query.text("key"), byUrgency: call.query.text("sort") == "urgency", limit: call.query.limit,
                offset: offset)
            return .page(found.items, next: found.hasMore ? Cursor.encode([String(offset + call.query.limit)]) : nil)
        },
        Route(
            .post, "/api/v1/executions/{id}/cancellation", .project(.cancelExecution, .owner(.execution)),
            "Cancel an execution", body: .json(ExecutionShapes.cancel),
            answer: AnswerDoc(202, "The execution; it ends cancelled within 15 s.", .one("Execution"))
        ) { call in
            let id: ID<Execution> = try call.id()
            let project = try call.project()
            let principal = try call.principal()
            try call.services.cancelExecution.cancel(
                id, project: project, by: principal.id, name: principal.name, reason: call.body["reason"]?.string,
                alongside: call.auditing("execution.cancel", after: ["reason": .text(call.body["reason"]?.string)]))
            return .json(try call.services.findExecutions.get(id, in: [project]), status: 202)
        },
        Route(
            .post, "/api/v1/executions/{id}/retry", .project(.retryExecution, .owner(.execution)),
            "Run a finished execution again", body: .json(ExecutionShapes.retry),
            answer: AnswerDoc(201, "The new execution, with retryOf.", .one("Execution"))
        ) { call in
            let project = try call.project()
            let result = try call.services.retryExecution.retry(
                try call.id(), project: project, failedOnly: call.body["failedOnly"]?.bool ?? false,
                startedBy: try call.principal().starter, idempotency: try call.idempotencyKey(),
                alongside: call.auditing("execution.retry", after: ["retryOf": .string(call.parameter("id"))]))
            return try call.started(result, project: project)
        },
    ]

    /// Words of a status filter.
    static let statusShape = Shape.words(ExecutionStatus.allCases.map(\.rawValue))
}

extension Call {
    /// The mark of `Idempotency-Key` as the engine stores it.
    fileprivate func idempotencyKey() throws -> IdempotencyKey? {
        try idempotencyMark().map {
            IdempotencyKey(principal: $0.principal, key: $0.key, bodySHA256: $0.bodySHA256)
        }
    }

    /// 201 with the execution as it is now; a replay says that it is one.
    fileprivate func started(_ result: StartResult, project: ID<Project>) throws -> Response {
        var headers = [("Location", "/api/v1/executions/\(result.id)")]
        if result.isReplay { headers.append(("Idempotency-Replayed", "true")) }
        return .json(try services.findExecutions.get(result.id, in: [project]), status: 201, headers: headers)
    }

    func statuses(_ name: String) -> [ExecutionStatus] { query.texts(name).compactMap(ExecutionStatus.init) }

    /// The place that a cursor of a counted list names.
    func offset() throws -> Int {
        guard let cursor = query.text("cursor") else { return 0 }
        guard let text = try Cursor.decode(cursor, count: 1).first, let offset = Int(text),
            (0...1_000_000).contains(offset)
        else { throw Problem.invalid("?cursor", "is not a cursor of this list") }
        return offset
    }

    fileprivate func validation() throws -> JSONValue {
        var faults = ExecutionShapes.start.faults(in: body)
        var settings: JSONValue = .null
        if faults.isEmpty {
            do {
                let request = try services.planRun.plan(
                    RunWish(body), in: try projectRef(), startedBy: try principal().starter
                ).request
                settings = EffectiveSettings(of: request.case, in: request).json
            } catch ExecutionFault.invalid(let found) {
                faults = found
            }
        }
        return ["ok": .bool(faults.isEmpty), "problems": .array(faults.map(\.json)), "settings": settings]
    }
}

extension Principal {
    /// How runs name who started them.
    var starter: FrozenRequest.Starter {
        FrozenRequest.Starter(kind: kind.rawValue, id: id.description, name: name)
    }
}
