package import Domain
package import FastCGI

/// What the access log and the request metrics keep of one request; no query string, which may hold secrets.
package struct AccessRecord: Sendable {
    package let method: String
    /// Pattern of the matched route; "none" when nothing matched, so that metric labels stay few.
    package var route: String
    package var status: Int
    package var durationMs: Double
    package let requestID: String
    package let remoteAddress: String
    package var project: ID<Project>?
    /// The unexpected error behind a 5xx, for the log only.
    package var fault: String?

    package init(request: Request) {
        method = request.method
        route = "none"
        status = 0
        durationMs = 0
        requestID = request.id
        remoteAddress = request.remoteAddress
    }
}
