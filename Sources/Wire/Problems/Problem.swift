package import Domain

/// An RFC 9457 problem document: the single shape of every error that leaves the HTTP door.
package struct Problem: Error, Equatable, Sendable {
    package let code: ProblemCode
    /// What went wrong this time; nil repeats the title.
    package let detail: String?
    /// Field faults, for 422 (and 400 where a place is known).
    package let errors: [FieldFault]
    /// Seconds for `Retry-After`.
    package let retryAfterSeconds: Int?
    /// Methods for `Allow`, with 405 only.
    package let allowedMethods: [String]
    /// RFC 9457 extension members, e.g. `expected` of a step gap.
    package let extensions: [String: JSONValue]

    package init(
        _ code: ProblemCode, _ detail: String? = nil, errors: [FieldFault] = [], retryAfterSeconds: Int? = nil,
        allowedMethods: [String] = [], extensions: [String: JSONValue] = [:]
    ) {
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retryAfterSeconds = retryAfterSeconds
        self.allowedMethods = allowedMethods
        self.extensions = extensions
    }

    /// A 422 with one field fault.
    package static func invalid(_ pointer: String, _ message: String) -> Problem {
        .invalid([FieldFault(pointer, message)])
    }

    /// A 422 with the faults found, at most a hundred; the detail names the first.
    package static func invalid(_ errors: [FieldFault]) -> Problem {
        let shown = Array(errors.prefix(100))
        return Problem(.validationFailed, shown.first.map { "\($0.pointer) \($0.message)" }, errors: shown)
    }
}

extension Problem {
    /// The document as sent, `application/problem+json`.
    package func document(requestID: String) -> JSONValue {
        var members = extensions
        members["type"] = .string("urn:assay:problem:\(code.rawValue)")
        members["title"] = .string(code.title)
        members["status"] = .integer(Int64(code.status))
        members["detail"] = .string(detail ?? code.title)
        members["code"] = .string(code.rawValue)
        members["requestId"] = .string(requestID)
        if !errors.isEmpty { members["errors"] = .array(errors.map(\.json)) }
        return .object(members)
    }

    /// What goes with the document: its type, and what the status asks for.
    package var headers: [(String, String)] {
        var headers = [("Content-Type", "application/problem+json"), ("Cache-Control", "no-store")]
        if let retryAfterSeconds { headers.append(("Retry-After", String(retryAfterSeconds))) }
        if !allowedMethods.isEmpty { headers.append(("Allow", allowedMethods.joined(separator: ", "))) }
        if code == .unauthenticated { headers.append(("WWW-Authenticate", "Bearer realm=\"assay\"")) }
        return headers
    }

    /// Reads a document that a server sent; nil when it is not one of ours. For the agent and the client.
    package init?(document: JSONValue) {
        guard let word = document["code"]?.string, let code = ProblemCode(rawValue: word) else { return nil }
        let errors = (document["errors"]?.array ?? []).compactMap { entry -> FieldFault? in
            guard let pointer = entry["pointer"]?.string, let message = entry["message"]?.string else { return nil }
            return FieldFault(pointer, message)
        }
        let ours: Set = ["type", "title", "status", "detail", "code", "requestId", "errors"]
        let rest = (document.object ?? [:]).filter { !ours.contains($0.key) }
        self.init(code, document["detail"]?.string, errors: errors, extensions: rest)
    }
}
