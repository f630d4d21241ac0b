/// What may stand in braces in a Cucumber Expression.
package struct ParameterType: Sendable {
    /// How the text that matched becomes a value.
    enum Reading: Sendable {
        case integer, float, text, quoted
    }

    package let name: String
    package internal(set) var regexps: [String]
    let reading: Reading
    /// Wins over others with the same regular expression.
    let isPreferred: Bool
}

/// The parameter types that expressions may name: Cucumber's own and those that are defined.
package struct ParameterTypes: Sendable {
    private(set) var types: [ParameterType]
    private let builtInCount: Int

    package init() {
        let integer = ["-?\\d+", "\\d+"]
        let float = ["[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:[E][+-]?\\d+)?"]
        let string = [#""([^"\\]*(\\.[^"\\]*)*)"|'([^'\\]*(\\.[^'\\]*)*)'"#]
        types = [
            ParameterType(name: "int", regexps: integer, reading: .integer, isPreferred: true),
            ParameterType(name: "float", regexps: float, reading: .float, isPreferred: false),
            ParameterType(name: "word", regexps: ["[^\\s]+"], reading: .text, isPreferred: false),
            ParameterType(name: "string", regexps: string, reading: .quoted, isPreferred: false),
            ParameterType(name: "", regexps: [".*"], reading: .text, isPreferred: true),
            ParameterType(name: "double", regexps: float, reading: .float, isPreferred: false),
            ParameterType(name: "bigdecimal", regexps: float, reading: .text, isPreferred: false),
            ParameterType(name: "byte", regexps: integer, reading: .integer, isPreferred: false),
            ParameterType(name: "short", regexps: integer, reading: .integer, isPreferred: false),
            ParameterType(name: "long", regexps: integer, reading: .integer, isPreferred: false),
            ParameterType(name: "biginteger", regexps: integer, reading: .text, isPreferred: false),
        ]
        builtInCount = types.count
    }

    /// Defines a type; its values are texts.
    /// - Throws: `ExpressionError` for a name that is taken or has `[ ] ( ) $ . | ? * +` unescaped, or no regular expression.
    package mutating func define(_ name: String, regexps: [String]) throws(ExpressionError) {
        guard !ParameterTypes.isIllegal(name) else { throw .illegalName(name) }
        guard self[name] == nil else {
            throw ExpressionError(
                name.isEmpty
                    ? "The anonymous parameter type has already been defined"
                    : "There is already a parameter type with name \(name)")
        }
        for regexp in regexps {
            do { _ = try Pattern(regexp) } catch { throw ExpressionError(error.message) }
        }
        types.append(ParameterType(name: name, regexps: regexps, reading: .text, isPreferred: false))
    }

    private static func isIllegal(_ name: String) -> Bool {
        var previous: Unicode.Scalar?
        for scalar in name.unicodeScalars {
            let mayBeEscaped = "[$.|?*+]".unicodeScalars.contains(scalar)
            if "()".unicodeScalars.contains(scalar) || (mayBeEscaped && previous != "\\") { return true }
            previous = scalar
        }
        return false
    }

    subscript(name: String) -> ParameterType? { types.first { $0.name == name } }

    /// The type whose regular expression a group is.
    /// - Throws: `ExpressionError` when several are and none is preferred.
    func type(of regexp: String, in expression: String) throws(ExpressionError) -> ParameterType? {
        let found = types.filter { $0.regexps.contains(regexp) }
        if let preferred = found.first(where: \.isPreferred) { return preferred }
        guard found.count < 2 else { throw .ambiguous(regexp, expression, found.map(\.name).sorted()) }
        return found.first
    }
}
