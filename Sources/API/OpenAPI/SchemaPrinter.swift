import Domain
import Wire

extension Shape {
    /// This shape as a JSON Schema 2020-12 object, as OpenAPI 3.1 uses it.
    var schema: JSONValue {
        var members = kind.schema
        guard isNullable else { return .object(members) }
        if let type = members["type"]?.string {
            members["type"] = .array([.string(type), "null"])
            if case .array(let words)? = members["enum"] { members["enum"] = .array(words + [.null]) }
            return .object(members)
        }
        return ["anyOf": [.object(members), ["type": "null"]]]
    }
}

extension Shape.Kind {
    fileprivate var schema: [String: JSONValue] {
        switch self {
        case .any: [:]
        case .boolean: ["type": "boolean"]
        case .integer(let range): integer(range)
        case .number(let range):
            ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
        case .text(let length, let pattern): text(length, pattern)
        case .output(.max): ["type": "string"]
        case .output(let maximum): ["type": "string", "maxLength": .integer(Int64(maximum))]
        case .words(let words): ["type": "string", "enum": .array(words.map(JSONValue.string))]
        case .time: ["type": "string", "format": "date-time"]
        case .id: ["type": "string", "format": "uuid"]
        case .array(let element, let count):
            [
                "type": "array", "items": element.schema, "minItems": .integer(Int64(count.lowerBound)),
                "maxItems": .integer(Int64(count.upperBound)),
            ]
        case .map(let element, let keys, let count): map(element, keys, count)
        case .object(let object): object.schema
        case .alternatives(let shapes): ["oneOf": .array(shapes.map(\.schema))]
        }
    }

    /// Bounds at the edge of the type are no bounds worth printing.
    private func integer(_ range: ClosedRange<Int64>) -> [String: JSONValue] {
        var schema: [String: JSONValue] = ["type": "integer", "format": "int64"]
        if range.lowerBound != .min { schema["minimum"] = .integer(range.lowerBound) }
        if range.upperBound != .max { schema["maximum"] = .integer(range.upperBound) }
        return schema
    }

    private func text(_ length: ClosedRange<Int>, _ pattern: TextPattern?) -> [String: JSONValue] {
        var schema: [String: JSONValue] = ["type": "string", "maxLength": .integer(Int64(length.upperBound))]
        if length.lowerBound > 0 { schema["minLength"] = .integer(Int64(length.lowerBound)) }
        if let pattern { schema["pattern"] = .string(pattern.expression) }
        return schema
    }

    private func map(_ element: Shape, _ keys: TextPattern?, _ count: ClosedRange<Int>) -> [String: JSONValue] {
        var schema: [String: JSONValue] = [
            "type": "object", "additionalProperties": element.schema,
            "maxProperties": .integer(Int64(count.upperBound)),
        ]
        if let keys { schema["propertyNames"] = ["pattern": .string(keys.expression)] }
        return schema
    }
}

extension ObjectShape {
    fileprivate var schema: [String: JSONValue] {
        var properties: [String: JSONValue] = [:]
        for field in fields {
            var schema = field.shape.schema.object ?? [:]
            if !field.doc.isEmpty { schema["description"] = .string(field.doc) }
            properties[field.name] = .object(schema)
        }
        var schema: [String: JSONValue] = [
            "type": "object", "properties": .object(properties), "additionalProperties": false,
        ]
        let required = fields.filter(\.isRequired).map(\.name)
        if !required.isEmpty { schema["required"] = .array(required.map(JSONValue.string)) }
        let rules = exactlyOne.map(onlyOne) + atMostOne.map(notTwo)
        if !rules.isEmpty { schema["allOf"] = .array(rules) }
        return schema
    }

    private func onlyOne(_ group: [String]) -> JSONValue {
        ["oneOf": .array(group.map { ["required": [.string($0)]] })]
    }

    private func notTwo(_ group: [String]) -> JSONValue {
        ["not": ["required": .array(group.map(JSONValue.string))]]
    }
}
