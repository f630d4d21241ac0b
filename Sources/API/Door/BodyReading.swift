import Domain
import FastCGI
import Wire

/// Turns the bytes of a request into the JSON tree that its route takes.
enum BodyReading {
    /// The body as JSON for routes that take JSON; `.null` for the others.
    static func tree(of request: Request, for route: Route) throws(Problem) -> JSONValue {
        switch route.body {
        case .json, .definition: break
        case .none, .document, .raw, .file: return .null
        }
        if request.body.isEmpty { return .object([:]) }
        guard isJSON(request.header("Content-Type")) else {
            throw Problem(.unsupportedMediaType, "Send the body as application/json.")
        }
        do {
            return try JSONParser.parse(request.body)
        } catch {
            throw Problem(.malformedRequest, "The body is not JSON: \(error.message) at byte \(error.offset).")
        }
    }

    /// All faults of the tree at once.
    static func check(_ tree: JSONValue, for route: Route) throws(Problem) {
        guard case .json(let shape) = route.body else { return }
        let faults = shape.faults(in: tree)
        guard faults.isEmpty else { throw .invalid(faults) }
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        let type = mediaType(contentType)
        return type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json")
    }

    /// The media type without parameters, in lower case; empty without the header.
    static func mediaType(_ contentType: String?) -> String {
        let type = (contentType ?? "").prefix { $0 != ";" }
        return String(type.filter { $0 != " " }).lowercased()
    }
}
