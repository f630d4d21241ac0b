import Domain

/// How a whole project is written down.
package enum CatalogFormat: Sendable { case yaml, json }

/// A document as read: definitions that passed every check that needs no database, or the faults.
struct CatalogDocument {
    private static let maximumEntries = 10_000

    struct Entry<Definition> {
        let pointer: String
        let definition: Definition
    }

    struct EnvironmentEntry {
        let pointer: String
        let name: String
        let variables: [String: String]
    }

    private(set) var cases: [Entry<CaseDefinition>] = []
    private(set) var suites: [Entry<SuiteDefinition>] = []
    private(set) var items: [Entry<ItemDefinition>] = []
    private(set) var environments: [EnvironmentEntry] = []
    private(set) var faults: [FieldFault] = []

    /// Reads `bytes`; all faults are collected in `faults`.
    init(_ bytes: [UInt8], format: CatalogFormat, environmentFaults: EnvironmentSeam.Check) {
        let root: JSONValue
        do {
            root = format == .yaml ? try YAMLDocument.parse(bytes) : try json(bytes)
        } catch {
            faults = [error]
            return
        }
        var reader = FieldReader(root, at: "")
        cases = definitions("testCases", &reader)
        suites = definitions("testSuites", &reader)
        items = definitions("testItems", &reader)
        environments = self.environments(&reader, environmentFaults)
        faults += reader.finished()
        let total = cases.count + suites.count + items.count + environments.count
        if total > Self.maximumEntries {
            faults.append(FieldFault("", "must have at most \(Self.maximumEntries) definitions"))
        }
    }

    private mutating func definitions<Definition: CatalogDefinition>(
        _ member: String, _ reader: inout FieldReader
    ) -> [Entry<Definition>] {
        var entries: [Entry<Definition>] = []
        var firstUse: [String: Int] = [:]
        for (index, value) in list(member, &reader).enumerated() {
            let pointer = "/\(member)/\(index)"
            let (definition, found) = Definition.parsed(value, at: pointer)
            faults += found
            if let first = firstUse[definition.key], isHumanKey(definition.key) {
                faults.append(FieldFault(pointer + "/key", "is used already by /\(member)/\(first)"))
            } else {
                firstUse[definition.key] = index
            }
            entries.append(Entry(pointer: pointer, definition: definition))
        }
        return entries
    }

    private mutating func environments(
        _ reader: inout FieldReader, _ check: EnvironmentSeam.Check
    ) -> [EnvironmentEntry] {
        var entries: [EnvironmentEntry] = []
        var firstUse: [String: Int] = [:]
        for (index, value) in list("environments", &reader).enumerated() {
            let pointer = "/environments/\(index)"
            var member = FieldReader(value, at: pointer)
            let name = member.required("name", 1...63, .key)
            let variables = member.stringMap("variables") ?? [:]
            let shape = member.finished()
            faults += shape.isEmpty ? check(name, variables, pointer) : shape
            if let first = firstUse.updateValue(index, forKey: name) {
                faults.append(FieldFault(pointer + "/name", "is used already by /environments/\(first)"))
            }
            entries.append(EnvironmentEntry(pointer: pointer, name: name, variables: variables))
        }
        return entries
    }

    private func list(_ member: String, _ reader: inout FieldReader) -> [JSONValue] {
        guard let value = reader.value(member) else { return [] }
        guard let items = value.array else {
            reader.fault(member, "must be a list")
            return []
        }
        guard items.count <= Self.maximumEntries else {
            reader.fault(member, "must have at most \(Self.maximumEntries) entries")
            return []
        }
        return items
    }
}

private func json(_ bytes: [UInt8]) throws(FieldFault) -> JSONValue {
    do {
        return try JSONParser.parse(bytes)
    } catch {
        throw FieldFault("", "is not JSON: \(error.message) at byte \(error.offset)")
    }
}
