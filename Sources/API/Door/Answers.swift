package import Domain
package import FastCGI
import FoundationEssentials
package import Wire

extension Response {
    /// A JSON answer from a value.
    package static func json(
        _ value: JSONValue, status: Int = 200, headers: [(String, String)] = []
    ) -> Response {
        Response(status: status, headers: [("Content-Type", "application/json")] + headers, body: value.serialized())
    }

    /// A JSON answer from a Wire type.
    package static func encoded(
        _ value: some Encodable, status: Int = 200, headers: [(String, String)] = []
    ) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: status, headers: [("Content-Type", "application/json")] + headers,
            body: Array(try encoder.encode(value)))
    }

    /// What has a version and shows more than it: the tag tells both apart.
    static func json(_ value: JSONValue, version: Int) -> Response {
        var answer = json(value)
        answer.headers.append(("ETag", Conditional.tag(version: version, of: answer.body)))
        return answer
    }

    /// 201 with the place of what was made.
    package static func created(_ value: JSONValue, at location: String, version: Int? = nil) -> Response {
        var answer = json(value, status: 201, headers: [("Location", location)])
        if let version { answer.headers.append(("ETag", Conditional.tag(version: version, of: answer.body))) }
        return answer
    }

    /// 204.
    package static var empty: Response { Response(status: 204) }

    /// `{items, nextCursor}`.
    package static func page(_ items: [JSONValue], next: String? = nil, headers: [(String, String)] = []) -> Response {
        json(["items": .array(items), "nextCursor": next.map(JSONValue.string) ?? .null], headers: headers)
    }

    /// `application/problem+json`.
    package static func problem(_ problem: Problem, requestID: String) -> Response {
        Response(
            status: problem.code.status, headers: problem.headers,
            body: problem.document(requestID: requestID).serialized())
    }

    /// The answer to a request that no handler sees.
    package static let refusal: Refusal.Answer = { refusal, requestID in
        let problem =
            switch refusal {
            case .malformedPath: Problem(.malformedRequest, "The path is not valid percent-encoded UTF-8.")
            case .malformedQuery: Problem(.malformedRequest, "The query is not valid percent-encoded UTF-8.")
            case .malformedLength: Problem(.malformedRequest, "Content-Length is not a number.")
            case .wrongLength: Problem(.malformedRequest, "The body is not as long as Content-Length says.")
            case .tooLarge: Problem(.bodyTooLarge, "The request body is larger than allowed.")
            }
        return .problem(problem, requestID: requestID)
    }
}
