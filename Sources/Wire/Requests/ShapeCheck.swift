package import Domain

extension Shape {
    /// Every fault of `value` against this shape, in pointer order, at most `limit`.
    package func faults(in value: JSONValue, limit: Int = 100) -> [FieldFault] {
        var check = ShapeCheck(limit: limit)
        check.walk(value, self, at: "")
        return check.faults.sorted { ($0.pointer, $0.message) < ($1.pointer, $1.message) }
    }
}

/// Walks a document beside its shape and collects all faults.
private struct ShapeCheck {
    let limit: Int
    var faults: [FieldFault] = []

    mutating func walk(_ value: JSONValue, _ shape: Shape, at pointer: String) {
        guard faults.count < limit else { return }
        if value.isNull, !shape.accepts(value) { return fault(pointer, "must not be null") }
        if value.isNull { return }
        switch shape.kind {
        case .any: break
        case .boolean: if value.bool == nil { fault(pointer, "must be true or false") }
        case .integer(let range): integer(value, range, pointer)
        case .number(let range): number(value, range, pointer)
        case .text(let length, let pattern): text(value, length, pattern, pointer)
        case .output(let maximum):
            guard let text = value.string else { return fault(pointer, "must be a string") }
            if text.unicodeScalars.count > maximum { fault(pointer, "must be at most \(maximum) characters") }
        case .words(let words):
            guard let word = value.string, words.contains(word) else {
                return fault(pointer, "must be one of \(words.joined(separator: ", "))")
            }
        case .time:
            guard let text = value.string, Timestamp(text) != nil else {
                return fault(
                    pointer,
                    "must be an RFC 3339 instant of the years 1000 to 9999 in UTC, e.g. 2026-11-21T03:39:33.466Z")
            }
        case .id:
            guard let text = value.string, UUIDv7(text[...]) != nil else { return fault(pointer, "must be a UUID") }
        case .array(let element, let count): array(value, element, count, pointer)
        case .map(let element, let keys, let count): map(value, element, keys, count, pointer)
        case .object(let object): self.object(value, object, pointer)
        case .alternatives(let shapes):
            guard let shape = shapes.first(where: { $0.accepts(value) }) else {
                return fault(pointer, "must be \(shapes.map(\.typeName).joined(separator: " or "))")
            }
            walk(value, shape, at: pointer)
        }
    }

    private mutating func integer(_ value: JSONValue, _ range: ClosedRange<Int64>, _ pointer: String) {
        guard let integer = value.integer ?? value.number.flatMap({ Int64(exactly: $0) }) else {
            return fault(pointer, "must be an integer")
        }
        if !range.contains(integer) { fault(pointer, rangeText(range.lowerBound, range.upperBound)) }
    }

    private mutating func number(_ value: JSONValue, _ range: ClosedRange<Double>, _ pointer: String) {
        guard let number = value.number else { return fault(pointer, "must be a number") }
        if !range.contains(number) { fault(pointer, rangeText(range.lowerBound, range.upperBound)) }
    }

    private func rangeText(_ low: some CustomStringConvertible, _ high: some CustomStringConvertible) -> String {
        "must be between \(low) and \(high)"
    }

    private mutating func text(
        _ value: JSONValue, _ length: ClosedRange<Int>, _ pattern: TextPattern?, _ pointer: String
    ) {
        guard let text = value.string else { return fault(pointer, "must be a string") }
        if let message = textFault(text, length, pattern) { fault(pointer, message) }
    }

    private mutating func array(_ value: JSONValue, _ element: Shape, _ count: ClosedRange<Int>, _ pointer: String) {
        guard let items = value.array else { return fault(pointer, "must be an array") }
        if let message = countFault(items.count, count) { return fault(pointer, message) }
        for (index, item) in items.enumerated() { walk(item, element, at: "\(pointer)/\(index)") }
    }

    private mutating func map(
        _ value: JSONValue, _ element: Shape, _ keys: TextPattern?, _ count: ClosedRange<Int>, _ pointer: String
    ) {
        guard let members = value.object else { return fault(pointer, "must be an object") }
        if let message = countFault(members.count, count) { return fault(pointer, message) }
        for (key, member) in members.sorted(by: { $0.key < $1.key }) {
            let place = "\(pointer)/\(escapedPointerToken(key))"
            if let keys, !keys.matches(key) { fault(place, "name must be \(keys.description)") }
            walk(member, element, at: place)
        }
    }

    private mutating func object(_ value: JSONValue, _ object: ObjectShape, _ pointer: String) {
        guard let members = value.object else { return fault(pointer, "must be an object") }
        for field in object.fields {
            let place = "\(pointer)/\(escapedPointerToken(field.name))"
            if let member = members[field.name] {
                walk(member, field.shape, at: place)
            } else if field.isRequired {
                fault(place, "is required")
            }
        }
        let known = Set(object.fields.map(\.name))
        for key in members.keys.sorted() where !known.contains(key) {
            fault("\(pointer)/\(escapedPointerToken(key))", "is not a known field")
        }
        for group in object.exactlyOne where group.count(where: { members[$0] != nil }) != 1 {
            fault(pointer, "needs exactly one of \(group.joined(separator: ", "))")
        }
        for group in object.atMostOne where group.count(where: { members[$0] != nil }) > 1 {
            fault(pointer, "may have only one of \(group.joined(separator: ", "))")
        }
    }

    private mutating func fault(_ pointer: String, _ message: String) {
        guard faults.count < limit else { return }
        faults.append(FieldFault(pointer, message))
    }
}

extension Shape {
    /// Whether the JSON type (not yet the content) fits.
    func accepts(_ value: JSONValue) -> Bool {
        if value.isNull { return isNullable || acceptsNull }
        switch kind {
        case .any: return true
        case .boolean: return value.bool != nil
        case .integer: return value.integer != nil || value.number.flatMap { Int64(exactly: $0) } != nil
        case .number: return value.number != nil
        case .text, .output, .words, .time, .id: return value.string != nil
        case .array: return value.array != nil
        case .map, .object: return value.object != nil
        case .alternatives(let shapes): return shapes.contains { $0.accepts(value) }
        }
    }

    private var acceptsNull: Bool {
        switch kind {
        case .any: true
        case .alternatives(let shapes): shapes.contains { $0.accepts(.null) }
        default: false
        }
    }

    fileprivate var typeName: String {
        switch kind {
        case .any: "any value"
        case .boolean: "true or false"
        case .integer: "an integer"
        case .number: "a number"
        case .text, .output, .words, .time, .id: "a string"
        case .array: "an array"
        case .map, .object: "an object"
        case .alternatives(let shapes): shapes.map(\.typeName).joined(separator: " or ")
        }
    }
}
