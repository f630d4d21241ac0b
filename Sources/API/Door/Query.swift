package import Domain
import Wire

/// The query string of a request after its route's parameters were checked.
package struct Query: Sendable {
    private let values: [String: [JSONValue]]

    package init(_ values: [String: [JSONValue]]) { self.values = values }

    package func text(_ name: String) -> String? { values[name]?.first?.string }
    package func texts(_ name: String) -> [String] { (values[name] ?? []).compactMap(\.string) }
    package func flag(_ name: String) -> Bool? { values[name]?.first?.bool }
    package func time(_ name: String) -> Timestamp? { text(name).flatMap { Timestamp($0) } }

    package func integer(_ name: String) -> Int? {
        values[name]?.first?.integer.flatMap { Int(exactly: $0) }
    }

    /// `limit`, 50 when absent.
    package var limit: Int { integer("limit") ?? 50 }
}

extension Query {
    /// Reads `pairs` by `parameters`; every fault at once, with pointers like `?limit`.
    static func read(_ pairs: [(String, String)], _ parameters: [QueryParameter]) throws(Problem) -> Query {
        var faults: [FieldFault] = []
        var values: [String: [JSONValue]] = [:]
        for (name, text) in pairs {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                faults.append(FieldFault("?\(name)", "is not a known parameter"))
                continue
            }
            guard values[name] == nil else {
                faults.append(FieldFault("?\(name)", "is given twice"))
                continue
            }
            // An empty value means the filter is not set: what an HTML form sends for an empty field.
            if text.isEmpty { continue }
            let pieces = parameter.isList ? text.split(separator: ",").map(String.init) : [text]
            let read = pieces.map { value(of: $0, parameter.shape) }
            values[name] = read
            for value in read {
                faults += parameter.shape.faults(in: value).map { FieldFault("?\(name)", $0.message) }
            }
        }
        for parameter in parameters where parameter.isRequired && values[parameter.name] == nil {
            faults.append(FieldFault("?\(parameter.name)", "is required"))
        }
        guard faults.isEmpty else { throw .invalid(faults) }
        return Query(values)
    }

    /// Query values are text; numbers and booleans are read as such where the shape wants them.
    private static func value(of text: String, _ shape: Shape) -> JSONValue {
        switch shape.kind {
        case .integer: Int64(text).map(JSONValue.integer) ?? .string(text)
        case .number: Double(text).map(JSONValue.number) ?? .string(text)
        case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        default: .string(text)
        }
    }
}

extension QueryParameter {
    package static let project = QueryParameter("project", .key, isRequired: true, "Project key.")
    package static let anyProject = QueryParameter("project", .key, "Project key; default all of yours.")
    package static let limit = QueryParameter("limit", .integer(1...200), "Entries per page, 1 to 200; default 50.")
    package static let cursor = QueryParameter("cursor", .text(1...1024), "`nextCursor` of the page before.")
    /// What every list takes.
    package static let paging: [QueryParameter] = [limit, cursor]
}
