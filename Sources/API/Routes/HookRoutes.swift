import Crypto
import Domain
import Executions
import FastCGI
import Identity
import Integrations
import Wire

extension Routes {
    static let hooks: [Route] = [
        Route(
            .post, "/api/v1/hooks/{key}", .anyone, "Take a signed webhook", body: .raw,
            answer: AnswerDoc(202, "The run that was started, or why none was.", .one("HookAnswer"))
        ) { call in
            let outcome = try call.services.receiveHook.receive(
                key: call.parameter("key"), header: { call.request.header($0) }, body: call.request.body,
                remote: call.context.remoteAddress)
            switch outcome {
            case .unknown: throw Problem(.notFound)
            case .unauthorized: throw Problem(.invalidSignature)
            case .malformed(let sentence): throw Problem(.malformedRequest, sentence)
            case .ignored(let reason): return .json(["ignored": .string(reason)], status: 202)
            case .start(let start): return try call.start(start)
            case .replayed(let id):
                return .json(["execution": ["id": .id(id)], "replayed": true])
            }
        }
    ]
}

extension Call {
    /// Starts the run of a delivery under the trigger's name. A crash in between starts nothing twice: the key is the
    /// delivery's.
    fileprivate func start(_ start: TriggeredStart) throws -> Response {
        do {
            let project = try services.projects.find(start.project)
            var wish = RunWish(testSuite: start.suite)
            wish.parameters = start.parameters
            wish.environment = start.environment
            wish.revision = [
                "commit": .string(start.revision.commit), "branch": .string(start.revision.branch),
                "url": .text(start.revision.url), "message": .text(start.revision.message),
            ]
            let digest = SHA256.hash(data: request.body)
            let plan = PlanRun(services: services, project: project.id, projectKey: project.key)
            let request = try plan.plan(
                wish,
                startedBy: .init(kind: "trigger", id: start.trigger.description, name: start.triggerName),
                idempotency: IdempotencyKey(
                    principal: start.trigger.uuid, key: start.idempotencyKey, bodySHA256: Array(digest)))
            let result = try services.startExecution.start(request)
            try services.receiveHook.recordStarted(start, execution: result.id)
            let execution = try services.findExecutions.get(result.id, in: [project.id])
            let answer: JSONValue = ["execution": ["id": .id(result.id), "number": execution["number"] ?? .null]]
            return .json(answer, status: 202)
        } catch let problem as Problem {
            try services.receiveHook.recordFailed(start, reason: problem.detail ?? problem.code.title)
            throw problem
        }
    }
}
