import Domain
import Wire

/// What nginx answers by itself, in the words of the API: locations below `/_problem/`, one for each kind of error.
///
/// Their addresses are paths, not named locations: a request whose own path could not be read has none to keep.
enum NginxProblems {
    static var text: String {
        all.map { answer in
            let status = answer.problem.code.status
            let document = answer.problem.document(requestID: "$request_id").text
            let variables = answer.problem.headers.compactMap { name, value in
                headerVariables[name].map { "    set \($0) \"\(value)\";\n" }
            }
            return """
                error_page \(answer.statuses.map(String.init).joined(separator: " ")) =\(status) /_problem/\(status);
                location = /_problem/\(status) {
                    internal;
                    default_type application/problem+json;
                \(variables.joined())    return \(status) '\(document)';
                }
                """
        }.joined(separator: "\n")
    }

    /// Headers that `locations.conf.in` sends when their variable is set.
    private static let headerVariables = ["Retry-After": "$assay_retry", "Allow": "$assay_allow"]

    /// Problems, and the statuses of nginx that stand for each.
    private static let all: [(statuses: [Int], problem: Problem)] = [
        ([400, 494, 505], Problem(.malformedRequest, "The head of the request is malformed or too large.")),
        ([401], Problem(.unauthenticated, "A body of this size is read only after a valid credential.")),
        ([404], Problem(.notFound, "There is nothing at this address.")),
        ([405], Problem(.methodNotAllowed, "This address can only be read.", allowedMethods: ["GET", "HEAD"])),
        ([408], Problem(.requestTimeout, "The body of the request did not arrive in time.")),
        ([413], Problem(.bodyTooLarge, "A request body may hold at most 16 MiB, a webhook 5 MiB, an artifact 64 MiB.")),
        ([414], Problem(.uriTooLong, "The address is longer than 16 KiB.")),
        ([429], Problem(.rateLimited, "Too many requests from this address at once.", retryAfterSeconds: 1)),
        (
            [500, 502, 503, 504],
            Problem(.unavailable, "The server is starting or overloaded: try again.", retryAfterSeconds: 1)
        ),
    ]
}
