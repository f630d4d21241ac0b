import API
import Domain
import FastCGI
import Testing
import Wire

/// Holds every answer of the door against what OpenAPI says about it.
enum AnswerCheck {
    private static let router = Router(Routes.all)

    static func check(_ answer: Answer, to request: Request) {
        #expect(answer.header("X-Request-Id") == request.id)
        if answer.status >= 400 {
            #expect(answer.header("Content-Type") == "application/problem+json")
            #expect(
                faults(answer.json, "Problem").isEmpty || answer.json["expected"] != nil
                    || answer.json["currentVersion"] != nil
                    || answer.json["checks"] != nil, "\(answer)")
            #expect(answer.json["status"]?.integer == Int64(answer.status))
            return
        }
        guard case .route(let route, _) = router.match(request.method, request.path), answer.status != 304,
            request.method != "HEAD"
        else { return }
        let name = "\(request.method) \(request.path)"
        switch route.answer.body {
        case nil: #expect(answer.response.body.isEmpty, "\(name): \(answer)")
        case .one(let schema)?:
            #expect(faults(answer.json, schema).isEmpty, "\(name): \(faults(answer.json, schema)) in \(answer)")
        case .page(let schema)?:
            #expect(answer.json["nextCursor"] != nil, "\(name)")
            for item in answer.items {
                #expect(faults(item, schema).isEmpty, "\(name): \(faults(item, schema)) in \(item.text)")
            }
        case .object?: #expect(answer.json.object != nil)
        case .other?: break
        }
        if route.isLive { #expect(answer.header("Assay-Feed") != nil, "\(name)") }
    }

    private static func faults(_ value: JSONValue, _ schema: String) -> [FieldFault] {
        guard let shape = AnswerShapes.all[schema] else { return [FieldFault("", "no schema \(schema)")] }
        return shape.faults(in: value)
    }
}
