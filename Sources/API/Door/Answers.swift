package import Domain
package import FastCGI
import FoundationEssentials
import Wire

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

    /// 201 with the place of what was made.
    package static func created(_ value: JSONValue, at location: String) -> Response {
        json(value, status: 201, headers: [("Location", location)])
    }

    /// 204.
    package static var empty: Response { Response(status: 204) }

    /// `{items, nextCursor}`.
    package static func page(_ items: [JSONValue], next: String? = nil, headers: [(String, String)] = []) -> Response {
        json(["items": .array(items), "nextCursor": next.map(JSONValue.string) ?? .null], headers: headers)
    }

    /// `application/problem+json`.
    static func problem(_ problem: Problem, requestID: String) -> Response {
        var headers = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
        if let seconds = problem.retryAfterSeconds { headers.append(("Retry-After", String(seconds))) }
        if !problem.allowedMethods.isEmpty {
            headers.append(("Allow", problem.allowedMethods.joined(separator: ", ")))
        }
        if problem.code == .unauthenticated { headers.append(("WWW-Authenticate", "Bearer realm=\"assay\"")) }
        return Response(
            status: problem.code.status, headers: headers, body: problem.document(requestID: requestID).serialized())
    }
}
