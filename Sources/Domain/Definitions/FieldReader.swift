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

    package mutating func string(_ key: String, maximumLength: Int = 65_536) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.string else { return fail(key, "must be a string") }
        guard text.utf8.count <= maximumLength else { return fail(key, "must be at most \(maximumLength) bytes") }
        guard !text.utf8.contains(0) else { return fail(key, "must not contain a NUL character") }
        return text
    }

    /// A text that must be there and not be empty; `""` after a fault.
    package mutating func required(_ key: String, maximumLength: Int = 65_536) -> String {
        if members[key] == nil || members[key] == .null { fault(key, "is required") }
        if members[key] == "" { fault(key, "must not be empty") }
        return string(key, maximumLength: maximumLength) ?? ""
    }

    /// A human key: `[a-z0-9][a-z0-9-]{0,62}`.
    package mutating func humanKey(_ key: String) -> String {
        if members[key] == nil || members[key] == .null { fault(key, "is required") }
        let text = string(key) ?? ""
        if members[key]?.string != nil, !isHumanKey(text) {
            fault(key, "must be lower-case letters, digits and hyphens, at most 63, not starting with a hyphen")
        }
        return text
    }

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

    package mutating func strings(_ key: String, maximumCount: Int = 1000) -> [String]? {
        guard let value = value(key) else { return nil }
        guard let items = value.array else { return fail(key, "must be a list of strings") }
        guard items.count <= maximumCount else { return fail(key, "must have at most \(maximumCount) entries") }
        var texts: [String] = []
        for (index, item) in items.enumerated() {
            guard let text = item.string else {
                faults.append(FieldFault(path(key) + "/\(index)", "must be a string"))
                continue
            }
            texts.append(text)
        }
        return texts
    }

    /// A map of strings; numbers and booleans are taken as their text, as people write them in YAML.
    package mutating func stringMap(_ key: String) -> [String: String]? {
        guard let value = value(key) else { return nil }
        guard let object = value.object else { return fail(key, "must be an object of strings") }
        var texts: [String: String] = [:]
        for (name, member) in object {
            switch member {
            case .string(let text): texts[name] = text
            case .integer, .number, .bool: texts[name] = member.text
            default: faults.append(FieldFault(path(key) + "/" + escapedPointerToken(name), "must be a string"))
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
        _ key: String, maximumCount: Int, _ read: (inout FieldReader) -> Value
    ) -> [Value]? {
        guard let value = value(key) else { return nil }
        guard let items = value.array else { return fail(key, "must be a list") }
        guard items.count <= maximumCount else { return fail(key, "must have at most \(maximumCount) entries") }
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
package func isHumanKey(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-") else { return false }
    return bytes.allSatisfy { byte in
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }
}

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
