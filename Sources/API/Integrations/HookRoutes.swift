import Domain
import Executions
import FastCGI
import Flows
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
            case .start(let start): return try call.answer(start, body: call.request.body)
            case .replayed(let id, let first):
                return .json(["execution": ["id": .id(id)], "replayed": true, "sameBodyAs": .text(first)])
            }
        }
    ]
}

extension Call {
    /// Starts what a delivery asks for.
    func answer(_ start: TriggeredStart, body: [UInt8]) throws -> Response {
        let result = try services.startFromHook.start(
            start, body: body, remoteAddress: context.remoteAddress, requestID: context.requestID)
        let execution = try services.findExecutions.get(result.id, in: [start.project])
        return .json(["execution": ["id": .id(result.id), "number": execution["number"] ?? .null]], status: 202)
    }
}
