/// Why a request is answered before any handler sees it.
package enum Refusal: Error, CaseIterable, Sendable {
    /// The path is not valid percent-encoded UTF-8.
    case malformedPath
    /// The query is not valid percent-encoded UTF-8.
    case malformedQuery
    /// Content-Length is not a number.
    case malformedLength
    /// The body is not as long as Content-Length says.
    case wrongLength
    case tooLarge

    /// Makes the answer; the driver itself knows no document.
    package typealias Answer = @Sendable (Refusal, _ requestID: String) -> Response

    /// The status alone, for callers without documents of their own.
    package static let bare: Answer = { refusal, _ in Response(status: refusal == .tooLarge ? 413 : 400) }
}

/// A refusal with the id of its request.
struct RefusedRequest: Error {
    let refusal: Refusal
    let requestID: String
}
