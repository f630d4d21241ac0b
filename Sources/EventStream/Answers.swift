import Domain
import FastCGI

/// An answer with a JSON document.
func json(_ status: Int, _ body: JSONValue, type: String = "application/json") -> Response {
    Response(status: status, headers: [("Content-Type", type), ("Cache-Control", "no-store")], body: body.serialized())
}

/// An RFC 9457 problem document with one of the words of the API.
func problem(_ status: Int, _ code: String, _ detail: String, errors: [JSONValue] = [], requestID: String = "")
    -> Response
{
    json(
        status,
        [
            "type": "about:blank", "title": .string(code), "status": .integer(Int64(status)), "detail": .string(detail),
            "code": .string(code), "errors": .array(errors), "requestId": .string(requestID),
        ], type: "application/problem+json")
}

/// Why a request gets no stream.
struct Refusal: Error {
    let status: Int
    let code: String
    let detail: String
    var pointer: String?

    static let unauthenticated = Refusal(status: 401, code: "unauthenticated", detail: "Log in or send a valid token.")
    static let unknownExecution = Refusal(status: 404, code: "not_found", detail: "There is no such execution.")
    static let unknownProject = Refusal(status: 404, code: "not_found", detail: "There is no such project.")
    static let unknownPath = Refusal(status: 404, code: "not_found", detail: "There is nothing here.")

    static func invalid(_ key: String, _ detail: String) -> Refusal {
        Refusal(status: 422, code: "validation_failed", detail: detail, pointer: "/query/" + key)
    }

    func response(requestID: String) -> Response {
        let errors: [JSONValue] = pointer.map { [["pointer": .string($0), "message": .string(detail)]] } ?? []
        return problem(status, code, detail, errors: errors, requestID: requestID)
    }
}
