/// Reusable data that cases run against: the immutable document of one version.
package struct ItemDefinition: Equatable, Sendable, Codable {
    package var key: String
    package var name: String
    package var description: String?
    package var parameters: [String: String]
    /// One set of parameters for each data-driven run.
    package var rows: [[String: String]]

    package init(
        key: String, name: String? = nil, description: String? = nil, parameters: [String: String] = [:],
        rows: [[String: String]] = []
    ) {
        self.key = key
        self.name = name ?? key
        self.description = description
        self.parameters = parameters
        self.rows = rows
    }
}

extension ItemDefinition {
    /// Reads from `reader`, which the caller finishes.
    package static func read(_ reader: inout FieldReader) -> ItemDefinition {
        ItemDefinition(
            key: reader.humanKey("key"), name: reader.string("name", Limits.definitionName),
            description: reader.string("description", Limits.description),
            parameters: reader.stringMap("parameters") ?? [:],
            rows: rows(&reader))
    }

    /// Rows hold names that are not known beforehand, so they are read as maps inside one-member objects.
    private static func rows(_ reader: inout FieldReader) -> [[String: String]] {
        guard let value = reader.value("rows") else { return [] }
        guard let items = value.array, Limits.rows.contains(items.count) else {
            reader.fault("rows", "must be a list of at most 10000 objects")
            return []
        }
        return items.enumerated().map { index, item in
            var row = FieldReader(.object(["\(index)": item]), at: reader.path("rows"))
            let texts = row.stringMap("\(index)")
            if item.isNull { row.fault("\(index)", "must be an object of strings") }
            reader.faults += row.finished()
            return texts ?? [:]
        }
    }
}
