/// What must hold after a step; an absent member expects nothing, but see `exitCode` and `status`.
package struct Expectation: Equatable, Sendable, Codable {
    /// Commands; 0 when absent.
    package var exitCode: Int?
    package var stdout: Matcher?
    package var stderr: Matcher?
    /// HTTP; any 2xx when absent.
    package var status: ExpectedStatus?
    package var headers: [String: Matcher]?
    /// RFC 6901 pointer into the response body → the value that must stand there.
    package var json: [String: JSONValue]?
    package var body: Matcher?
    package var maxDurationMs: Int64?

    package init(
        exitCode: Int? = nil, stdout: Matcher? = nil, stderr: Matcher? = nil, status: ExpectedStatus? = nil,
        headers: [String: Matcher]? = nil, json: [String: JSONValue]? = nil, body: Matcher? = nil,
        maxDurationMs: Int64? = nil
    ) {
        self.exitCode = exitCode
        self.stdout = stdout
        self.stderr = stderr
        self.status = status
        self.headers = headers
        self.json = json
        self.body = body
        self.maxDurationMs = maxDurationMs
    }
}

/// One status code or a list of allowed ones; JSON is a number or an array.
package struct ExpectedStatus: Equatable, Sendable, Codable {
    package var allowed: [Int]

    package init(_ allowed: [Int]) { self.allowed = allowed }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let one = try? container.decode(Int.self) {
            allowed = [one]
        } else {
            allowed = try container.decode([Int].self)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if allowed.count == 1, let one = allowed.first {
            try container.encode(one)
        } else {
            try container.encode(allowed)
        }
    }
}

/// A condition on text; JSON is a string (contains) or an object with exactly one member.
package enum Matcher: Equatable, Sendable {
    case equals(String)
    case contains(String)
    case notContains(String)
    /// A regular expression found anywhere in the text.
    case matches(String)
}

extension Matcher: Codable {
    private enum CodingKeys: String, CodingKey { case equals, contains, notContains, matches }

    package init(from decoder: any Decoder) throws {
        if let text = try? decoder.singleValueContainer().decode(String.self) {
            self = .contains(text)
            return
        }
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let key = container.allKeys.first, container.allKeys.count == 1 else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "exactly one of equals, contains, notContains, matches"))
        }
        let text = try container.decode(String.self, forKey: key)
        switch key {
        case .equals: self = .equals(text)
        case .contains: self = .contains(text)
        case .notContains: self = .notContains(text)
        case .matches: self = .matches(text)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .equals(let text): try container.encode(text, forKey: .equals)
        case .contains(let text): try container.encode(text, forKey: .contains)
        case .notContains(let text): try container.encode(text, forKey: .notContains)
        case .matches(let text): try container.encode(text, forKey: .matches)
        }
    }
}

/// Where a captured variable comes from.
package struct Capture: Equatable, Sendable, Codable {
    package enum Source: String, Codable, Sendable, CaseIterable {
        case stdout, stderr, body, header, exitCode, status
    }

    package var from: Source
    /// The first group of the first match, or the whole match.
    package var regex: String?
    /// RFC 6901 pointer into a JSON text.
    package var pointer: String?
    /// Header name when `from` is `header`.
    package var header: String?

    package init(from: Source, regex: String? = nil, pointer: String? = nil, header: String? = nil) {
        self.from = from
        self.regex = regex
        self.pointer = pointer
        self.header = header
    }
}
