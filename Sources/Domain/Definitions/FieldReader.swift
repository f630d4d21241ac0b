/// One thing wrong with one field of a document.
package struct FieldFault: Error, Equatable, Sendable, Codable {
    /// RFC 6901 pointer to the field.
    package let pointer: String
    /// What is wrong, for a person.
    package let message: String

    package init(_ pointer: String, _ message: String) {
        self.pointer = pointer
        self.message = message
    }
}

/// Reads the members of one JSON object and collects every fault instead of stopping at the first.
///
/// Used for documents people write (definitions), where the message must name the field.
package struct FieldReader {
    package let pointer: String
    private let members: [String: JSONValue]
    private let isObject: Bool
    private var known: Set<String> = []
    package var faults: [FieldFault] = []

    /// Starts on `value`, which must be an object.
    package init(_ value: JSONValue, at pointer: String) {
        self.pointer = pointer
        members = value.object ?? [:]
        isObject = value.object != nil
        if value.object == nil { faults.append(FieldFault(pointer, "must be an object")) }
    }

    package mutating func fault(_ key: String, _ message: String) {
        faults.append(FieldFault(key.isEmpty ? pointer : path(key), message))
    }

    /// The raw member; marks the key as known. JSON null counts as absent.
    package mutating func value(_ key: String) -> JSONValue? {
        known.insert(key)
        guard let value = members[key], !value.isNull else { return nil }
        return value
    }

    package mutating func has(_ key: String) -> Bool { value(key) != nil }

    package mutating func string(
        _ key: String, _ length: ClosedRange<Int> = Limits.valueText, _ pattern: TextPattern? = nil
    ) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { return fail(key, "must be a string") }
        if let message = textFault(text, length, pattern) { return fail(key, message) }
        return text
    }

    /// A text that must be there; `""` after a fault.
    package mutating func required(_ key: String, _ length: ClosedRange<Int>, _ pattern: TextPattern? = nil) -> String {
        if members[key] == nil || members[key] == .null { fault(key, "is required") }
        return string(key, length, pattern) ?? ""
    }

    /// A human key: `[a-z0-9][a-z0-9-]{0,62}`.
    package mutating func humanKey(_ key: String) -> String { required(key, 1...63, .key) }

    package mutating func integer(_ key: String, in range: ClosedRange<Int64>) -> Int64? {
        guard let value = value(key) else { return nil }
        guard let number = value.integer else { return fail(key, "must be an integer") }
        guard range.contains(number) else {
            return fail(key, "must be between \(range.lowerBound) and \(range.upperBound)")
        }
        return number
    }

    package mutating func bool(_ key: String) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool else { return fail(key, "must be true or false") }
        return flag
    }

    package mutating func word<Word: RawRepresentable<String> & CaseIterable>(_ key: String) -> Word? {
        guard let text = string(key) else { return nil }
        guard let word = Word(rawValue: text) else {
            return fail(key, "must be one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    package mutating func strings(
        _ key: String, _ count: ClosedRange<Int>, each length: ClosedRange<Int>, _ pattern: TextPattern? = nil
    ) -> [String]? {
        guard let value = value(key) else { return nil }
        guard let items = value.array else { return fail(key, "must be a list of strings") }
        if let message = countFault(items.count, count) { return fail(key, message) }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            let message = item.string.map { textFault($0, length, pattern) } ?? "must be a string"
            if let message { faults.append(FieldFault(path(key) + "/\(index)", message)) }
            if let text = item.string { texts.append(text) }
        }
        return texts
    }

    /// A map of strings; numbers and booleans are taken as their text, as people write them in YAML.
    package mutating func stringMap(
        _ key: String, names: TextPattern = .variable, _ count: ClosedRange<Int> = Limits.parameters
    ) -> [String: String]? {
        guard let value = value(key) else { return nil }
        guard let object = value.object else { return fail(key, "must be an object of strings") }
        if let message = countFault(object.count, count) { return fail(key, message) }
        var texts: [String: String] = [:]
        for (name, member) in object {
            let place = path(key) + "/" + escapedPointerToken(name)
            if !names.matches(name) { faults.append(FieldFault(place, "name must be \(names.description)")) }
            switch member {
            case .string(let text):
                if let message = textFault(text, Limits.valueText) { faults.append(FieldFault(place, message)) }
                texts[name] = text
            case .integer, .number, .bool: texts[name] = member.text
            default: faults.append(FieldFault(place, "must be a string"))
            }
        }
        return texts
    }

    /// Reads a nested object with `read`; nil when absent.
    package mutating func object<Value>(_ key: String, _ read: (inout FieldReader) -> Value) -> Value? {
        guard let value = value(key) else { return nil }
        var reader = FieldReader(value, at: path(key))
        let result = read(&reader)
        faults += reader.finished()
        return value.object == nil ? nil : result
    }

    /// Reads a list of objects with `read`.
    package mutating func objects<Value>(
        _ key: String, _ count: ClosedRange<Int>, _ read: (inout FieldReader) -> Value
    ) -> [Value]? {
        guard let value = value(key) else { return nil }
        guard let items = value.array else { return fail(key, "must be a list") }
        if let message = countFault(items.count, count) { return fail(key, message) }
        var results: [Value] = []
        for (index, item) in items.enumerated() {
            var reader = FieldReader(item, at: path(key) + "/\(index)")
            results.append(read(&reader))
            faults += reader.finished()
        }
        return results
    }

    /// All faults, with one for each key nobody asked for; call once, at the end.
    package mutating func finished() -> [FieldFault] {
        // What is no object has no members to complain about.
        if !isObject { return Array(faults.prefix(1)) }
        for key in members.keys.sorted() where !known.contains(key) {
            fault(key, "is not a known field")
        }
        return faults
    }

    package func path(_ key: String) -> String { pointer + "/" + escapedPointerToken(key) }

    private mutating func fail<Value>(_ key: String, _ message: String) -> Value? {
        fault(key, message)
        return nil
    }
}

/// Whether `text` is a key people may give: `[a-z0-9][a-z0-9-]{0,62}`.
package func isHumanKey(_ text: String) -> Bool { TextPattern.key.matches(text) }

/// Escapes `~` and `/` for an RFC 6901 pointer, by code point.
package func escapedPointerToken(_ token: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in token.unicodeScalars {
        switch scalar {
        case "~": result.append(contentsOf: "~0".unicodeScalars)
        case "/": result.append(contentsOf: "~1".unicodeScalars)
        default: result.append(scalar)
        }
    }
    return String(result)
}
