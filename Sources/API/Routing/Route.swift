import Domain
package import FastCGI
package import Wire

/// HTTP methods that routes use.
package enum Method: String, CaseIterable, Comparable, Sendable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether the method changes nothing.
    package var isSafe: Bool { self == .get }

    package static func < (left: Method, right: Method) -> Bool { left.rawValue < right.rawValue }
}

/// How a route takes its body.
package enum BodyKind: Sendable {
    case none
    /// Checked against the shape before the handler runs; an empty body counts as `{}`.
    case json(Shape)
    /// JSON that its feature checks, because it takes back what a GET showed; the shape is for readers.
    case definition(Shape)
    /// A whole project as JSON or YAML, checked by its feature.
    case document(Shape)
    /// Bytes as they came, for signatures.
    case raw
    /// A file that the web server stored, or bytes.
    case file
}

/// One key of the query string.
package struct QueryParameter: Sendable {
    package let name: String
    package let shape: Shape
    package let isRequired: Bool
    /// Whether the value is a comma-separated list of values of the shape.
    package let isList: Bool
    package let doc: String

    package init(_ name: String, _ shape: Shape, isRequired: Bool = false, isList: Bool = false, _ doc: String) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
        self.isList = isList
        self.doc = doc
    }
}

/// The answer that OpenAPI prints for a route's success.
package struct AnswerDoc: Sendable {
    package let status: Int
    package let doc: String
    /// Nil for an empty answer.
    package let body: AnswerBody?

    package init(_ status: Int, _ doc: String, _ body: AnswerBody? = nil) {
        self.status = status
        self.doc = doc
        self.body = body
    }
}

package enum AnswerBody: Sendable {
    /// A component schema by name.
    case one(String)
    /// `{items, nextCursor}` of a component schema.
    case page(String)
    /// An object described in words only.
    case object
    case other(mediaType: String)
}

/// One row of the route table: dispatch, permission and documentation come from it.
package struct Route: Sendable {
    package let method: Method
    package let path: PathPattern
    package let access: RouteAccess
    /// One line in the imperative; title of the operation in OpenAPI.
    package let summary: String
    package let query: [QueryParameter]
    package let body: BodyKind
    package let answer: AnswerDoc
    /// Whether the answer carries `Assay-Feed`, read before the handler's own queries.
    package let isLive: Bool
    /// Whether an unsafe request needs a same-origin `Origin` even without the access cookie.
    package let checksOrigin: Bool
    /// Whether the scheduler may have something to do afterwards.
    package let ringsBell: Bool
    package let handler: @Sendable (Call) throws -> Response

    package init(
        _ method: Method, _ path: String, _ access: RouteAccess, _ summary: String, query: [QueryParameter] = [],
        body: BodyKind = .none, answer: AnswerDoc, isLive: Bool = false, checksOrigin: Bool = false,
        ringsBell: Bool? = nil,
        _ handler: @escaping @Sendable (Call) throws -> Response
    ) {
        self.method = method
        self.path = PathPattern(path)
        self.access = access
        self.summary = summary
        self.query = query
        self.body = body
        self.answer = answer
        self.isLive = isLive
        self.checksOrigin = checksOrigin
        self.ringsBell = ringsBell ?? !method.isSafe
        self.handler = handler
    }
}
