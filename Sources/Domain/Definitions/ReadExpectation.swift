extension Expectation {
    static func read(_ reader: inout FieldReader) -> Expectation {
        Expectation(
            exitCode: reader.integer("exitCode", in: 0...255).map(Int.init), stdout: matcher("stdout", &reader),
            stderr: matcher("stderr", &reader), status: status(&reader), headers: headers(&reader),
            json: json(&reader), body: matcher("body", &reader),
            maxDurationMs: reader.integer("maxDurationMs", in: Limits.timeoutMs))
    }

    private static func matcher(_ key: String, _ reader: inout FieldReader) -> Matcher? {
        guard let value = reader.value(key) else { return nil }
        let (matcher, faults) = Matcher.read(value, at: reader.path(key))
        reader.faults += faults
        return matcher
    }

    private static func status(_ reader: inout FieldReader) -> ExpectedStatus? {
        guard let value = reader.value("status") else { return nil }
        let codes = (value.array ?? [value]).map(\.integer)
        let allowed = codes.compactMap { $0 }.filter { (100...599).contains($0) }
        guard (1...50).contains(codes.count), allowed.count == codes.count else {
            reader.fault("status", "must be a status code or a list of them, 100 to 599")
            return nil
        }
        return ExpectedStatus(allowed.map { Int($0) })
    }

    private static func headers(_ reader: inout FieldReader) -> [String: Matcher]? {
        guard let value = reader.value("headers") else { return nil }
        guard let members = value.object else {
            reader.fault("headers", "must be an object of matchers")
            return nil
        }
        if let message = countFault(members.count, Limits.headers) { reader.fault("headers", message) }
        var matchers: [String: Matcher] = [:]
        for (name, member) in members {
            let (matcher, faults) = Matcher.read(member, at: reader.path("headers") + "/" + escapedPointerToken(name))
            reader.faults += faults
            if !TextPattern.headerName.matches(name) {
                reader.faults.append(
                    FieldFault(
                        reader.path("headers") + "/" + escapedPointerToken(name),
                        "name must be \(TextPattern.headerName.description)"))
            }
            matchers[name] = matcher
        }
        return matchers
    }

    private static func json(_ reader: inout FieldReader) -> [String: JSONValue]? {
        guard let value = reader.value("json") else { return nil }
        guard let members = value.object else {
            reader.fault("json", "must be an object of JSON pointers")
            return nil
        }
        if let message = countFault(members.count, 0...200) { reader.fault("json", message) }
        for pointer in members.keys where !pointer.isEmpty && !pointer.hasPrefix("/") {
            reader.faults.append(
                FieldFault(reader.path("json") + "/" + escapedPointerToken(pointer), "a JSON pointer begins with '/'"))
        }
        return members
    }
}

extension Matcher {
    /// Reads a string (contains) or an object with exactly one condition.
    package static func read(_ value: JSONValue, at pointer: String) -> (Matcher?, [FieldFault]) {
        if let fault = tooLong(value, at: pointer) { return (nil, [fault]) }
        if let text = value.string { return (.contains(text), []) }
        guard let members = value.object, members.count == 1, let (name, member) = members.first,
            let text = member.string
        else {
            return (nil, [FieldFault(pointer, "must be a string or one of equals, contains, notContains, matches")])
        }
        switch name {
        case "equals": return (.equals(text), [])
        case "contains": return (.contains(text), [])
        case "notContains": return (.notContains(text), [])
        case "matches":
            guard (try? Regex(text)) != nil else {
                return (nil, [FieldFault(pointer + "/matches", "is not a regular expression")])
            }
            return (.matches(text), [])
        default: return (nil, [FieldFault(pointer + "/" + escapedPointerToken(name), "is not a known field")])
        }
    }

    private static func tooLong(_ value: JSONValue, at pointer: String) -> FieldFault? {
        if let text = value.string { return textFault(text, Limits.valueText).map { FieldFault(pointer, $0) } }
        guard let (name, member) = value.object?.first, let text = member.string else { return nil }
        return textFault(text, Limits.valueText).map { FieldFault(pointer + "/" + escapedPointerToken(name), $0) }
    }
}
