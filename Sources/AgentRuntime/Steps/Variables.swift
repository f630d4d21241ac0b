package import Domain

/// A definition that cannot be carried out as it is written.
package struct PreconditionFailure: Error, Equatable, Sendable {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// What `${…}` can mean during one attempt.
package struct Variables: Sendable {
    private let settings: [String: String]
    private let secrets: [String: String]
    package private(set) var captures: [String: String] = [:]

    /// Parameters win over environment variables, captures over both.
    package init(parameters: [String: String], environment: [String: String], secrets: [String: String]) {
        settings = environment.merging(parameters) { _, parameter in parameter }
        self.secrets = secrets
    }

    package mutating func capture(_ name: String, _ value: String) { captures[name] = value }

    /// Replaces `${name}`, `${raw:name}` and `${secret:NAME}`; `$${` stands for a literal `${`. Values are not looked at again.
    package func substitute(_ text: String) throws(PreconditionFailure) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var out = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            out += rest[..<dollar]
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                out += "${"
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let end = rest.firstIndex(of: "}") else {
                    throw PreconditionFailure("'${' without '}'; write '$${' for a literal '${'")
                }
                out += try value(of: String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end]))
                rest = rest[rest.index(after: end)...]
            } else {
                out += "$"
                rest = rest.dropFirst()
            }
        }
        return out + rest
    }

    /// What `${name}` means; `raw:` says nothing about the value, only about how a shell gets it.
    func value(of name: String) throws(PreconditionFailure) -> String {
        if name.hasPrefix("raw:") { return try value(of: String(name.dropFirst(4))) }
        if name.hasPrefix("secret:") {
            let secret = String(name.dropFirst(7))
            guard let value = secrets[secret] else { throw PreconditionFailure("the secret '\(secret)' is not set") }
            return value
        }
        guard let value = captures[name] ?? settings[name] else {
            throw PreconditionFailure("the variable '\(name)' is not set; write '$${' for a literal '${'")
        }
        return value
    }

    /// Substitutes in every string of a document.
    package func substitute(_ document: JSONValue) throws(PreconditionFailure) -> JSONValue {
        switch document {
        case .string(let text): return .string(try substitute(text))
        case .array(let items):
            var results: [JSONValue] = []
            for item in items { results.append(try substitute(item)) }
            return .array(results)
        case .object(let members):
            var results: [String: JSONValue] = [:]
            for (key, member) in members { results[key] = try substitute(member) }
            return .object(results)
        default: return document
        }
    }

    package func substitute(_ texts: [String: String]) throws(PreconditionFailure) -> [String: String] {
        var results: [String: String] = [:]
        for (key, text) in texts { results[key] = try substitute(text) }
        return results
    }
}
