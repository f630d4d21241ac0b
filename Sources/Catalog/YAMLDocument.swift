import Domain
import Yams

/// Reads YAML into the same tree as JSON, strictly: one document, no aliases, no custom tags, text keys.
///
/// Plain words are read as JSON reads them; everything else plain is text, so `no`, `on`, `1:30` and `2026-11-21` stay
/// what was written.
enum YAMLDocument {
    private static let maximumBytes = 4_194_304

    /// - Throws: a fault with the line and column in its message.
    static func parse(_ bytes: [UInt8]) throws(FieldFault) -> JSONValue {
        guard bytes.count <= maximumBytes else { throw FieldFault("", "must be at most \(maximumBytes) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw FieldFault("", "is not UTF-8") }
        // Before parsing: an alias as a mapping key would be expanded while the parser looks for repeated keys.
        guard !usesAliases(bytes) else {
            throw FieldFault("", "anchors and aliases are not accepted; write the value out")
        }
        let root: Node?
        do {
            root = try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8).singleRoot()
        } catch {
            throw FieldFault("", "is not YAML: " + reason(error))
        }
        guard let root else { return .object([:]) }
        return try value(root, depth: 0, at: "")
    }

    private static func value(_ node: Node, depth: Int, at pointer: String) throws(FieldFault) -> JSONValue {
        guard depth <= Limits.jsonDepth else {
            throw FieldFault(pointer, "is nested deeper than \(Limits.jsonDepth) levels")
        }
        switch node {
        case .scalar(let scalar): return try self.scalar(scalar, at: pointer)
        case .sequence(let sequence):
            try refuseTag(sequence.tag, "tag:yaml.org,2002:seq", at: pointer)
            var items: [JSONValue] = []
            for (index, item) in sequence.enumerated() {
                items.append(try value(item, depth: depth + 1, at: "\(pointer)/\(index)"))
            }
            return .array(items)
        case .mapping(let mapping):
            try refuseTag(mapping.tag, "tag:yaml.org,2002:map", at: pointer)
            var members: [String: JSONValue] = [:]
            for (key, item) in mapping {
                guard let name = key.scalar?.string else { throw FieldFault(pointer, "has a key that is not text") }
                let place = pointer + "/" + escapedPointerToken(name)
                guard members.updateValue(try value(item, depth: depth + 1, at: place), forKey: name) == nil else {
                    throw FieldFault(place, "is written twice")
                }
            }
            return .object(members)
        case .alias: throw FieldFault(pointer, "aliases are not accepted; write the value out")
        }
    }

    private static func scalar(_ scalar: Node.Scalar, at pointer: String) throws(FieldFault) -> JSONValue {
        let tag = scalar.tag.description
        if tag == "tag:yaml.org,2002:str" || tag == "!" { return .string(scalar.string) }
        try refuseTag(scalar.tag, "", at: pointer)
        guard scalar.style == .plain else { return .string(scalar.string) }
        switch scalar.string {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: return try number(scalar.string, at: pointer) ?? .string(scalar.string)
        }
    }

    private static func number(_ text: String, at pointer: String) throws(FieldFault) -> JSONValue? {
        guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first),
            let value = try? JSONParser.parse(text, roundsIntegers: true), value.number != nil
        else { return nil }
        let isWhole = text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (48...57).contains($0) }
        if isWhole, value.integer == nil { throw FieldFault(pointer, "is an integer of more than 64 bits; quote it") }
        return value
    }

    private static func refuseTag(_ tag: Tag, _ own: String, at pointer: String) throws(FieldFault) {
        let name = tag.description
        guard name.isEmpty || name == own || name == "!" else {
            throw FieldFault(pointer, "has the tag '\(name)', which is not accepted")
        }
    }

    /// Whether some `*name` follows an `&name`. Looks at bytes, not at tokens: a quoted text that has both, with the same
    /// name and not inside a word, is refused too.
    private static func usesAliases(_ bytes: [UInt8]) -> Bool {
        var anchors: Set<ArraySlice<UInt8>> = []
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*") {
            if index > 0, isWordByte(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: ">") { continue }
            let name = bytes[(index + 1)...].prefix(while: isWordByte)
            if name.isEmpty { continue }
            if byte == UInt8(ascii: "&") {
                anchors.insert(name)
            } else if anchors.contains(name) {
                return true
            }
        }
        return false
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// The problem and its place, without the quotation of the document that Yams adds.
    private static func reason(_ error: any Error) -> String {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(problem) at line \(mark.line), column \(mark.column)"
        case .reader(let problem, let offset, _, _): problem + (offset.map { " at byte \($0)" } ?? "")
        case .duplicatedKeysInMapping(let keys, let context):
            "'\(keys.first ?? "")' is written twice in the mapping at line \(context.mark.line)"
        default: "it cannot be read"
        }
    }
}
