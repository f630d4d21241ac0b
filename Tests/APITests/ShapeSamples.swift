import Domain
import Wire

/// Makes documents from shapes: one that fits, and ones with exactly one thing wrong.
enum ShapeSamples {
    /// A small document that fits.
    static func valid(_ shape: Shape) -> JSONValue {
        switch shape.kind {
        case .any: ["free": "json"]
        case .boolean: true
        case .integer(let range): .integer(min(max(1, range.lowerBound), range.upperBound))
        case .number(let range): .number(min(max(0.5, range.lowerBound), range.upperBound))
        case .text(let length, let pattern): .string(text(length, pattern))
        case .output: "output"
        case .words(let words): .string(words.first ?? "")
        case .time: "2026-11-21T03:39:33.466Z"
        case .id: "019a0000-0000-7000-8000-000000000000"
        case .array(let element, let count):
            .array(Array(repeating: valid(element), count: min(max(1, count.lowerBound), count.upperBound)))
        case .map(let element, let keys, _): .object([keys == .pointer ? "/a" : "Name": valid(element)])
        case .object(let object): .object(members(object))
        case .alternatives(let shapes): shapes.first.map(valid) ?? .null
        }
    }

    /// Required members, and the first of each group that needs one.
    private static func members(_ object: ObjectShape) -> [String: JSONValue] {
        let chosen = Set(object.exactlyOne.compactMap(\.first))
        let grouped = Set((object.exactlyOne + object.atMostOne).flatMap { $0 })
        var members: [String: JSONValue] = [:]
        for field in object.fields where !grouped.contains(field.name) || chosen.contains(field.name) {
            members[field.name] = valid(field.shape)
        }
        return members
    }

    private static func text(_ length: ClosedRange<Int>, _ pattern: TextPattern?) -> String {
        switch pattern {
        case nil: String(repeating: "t", count: max(1, length.lowerBound))
        case .key, .variable, .label: "sample"
        case .email: "a@example.org"
        case .webAddress: "https://example.org/"
        case .commit: "abc123"
        case .pointer: "/a"
        case .headerName: "X-Name"
        case .method: "GET"
        case .name: "Sample name"
        case .endpoint: "https://example.org/"
        case .webhookSecret: "whsec_" + String(repeating: "A", count: 32)
        }
    }

    /// One wrong document for each place in `document` that `shape` describes: the place holds `wrong(its shape)`.
    static func spoiled(
        _ document: JSONValue, _ shape: Shape, at pointer: String = "", _ wrong: (Shape) -> JSONValue?
    ) -> [(pointer: String, document: JSONValue)] {
        var found: [(String, JSONValue)] = []
        if let value = wrong(shape) { found.append((pointer, value)) }
        switch shape.kind {
        case .object(let object):
            for field in object.fields {
                guard let member = document[field.name] else { continue }
                for (place, spoiled) in spoiled(member, field.shape, at: "\(pointer)/\(field.name)", wrong) {
                    found.append((place, document.replacing(field.name, spoiled)))
                }
            }
        case .array(let element, _):
            if let first = document.array?.first {
                for (place, spoiled) in spoiled(first, element, at: "\(pointer)/0", wrong) {
                    found.append((place, .array([spoiled])))
                }
            }
        default: break
        }
        return found
    }

    /// A value of a type that the shape does not take; nil when it takes every type.
    static func otherType(_ shape: Shape) -> JSONValue? {
        switch shape.kind {
        case .any, .alternatives: nil
        case .text, .output, .words, .time, .id: 7
        default: "text"
        }
    }

    static let injection = "'; DROP TABLE users; -- \" ` \\ %_ \u{202e}"

    /// Text that a careless statement would run.
    static func sql(_ shape: Shape) -> JSONValue? {
        switch shape.kind {
        case .text, .output, .words, .time, .id: .string(injection)
        default: nil
        }
    }

    /// Numbers and text at the far end of the type.
    static func huge(_ shape: Shape) -> JSONValue? {
        switch shape.kind {
        case .integer: .integer(.max)
        case .number: .number(1e308)
        case .text(let length, _) where length.upperBound < 200_000:
            .string(String(repeating: "x", count: length.upperBound + 1))
        default: nil
        }
    }
}

extension JSONValue {
    func replacing(_ key: String, _ value: JSONValue) -> JSONValue {
        var members = object ?? [:]
        members[key] = value
        return .object(members)
    }
}
