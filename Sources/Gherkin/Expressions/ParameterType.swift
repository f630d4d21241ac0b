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
    /// Whether it is offered for a step that has no definition yet.
    let isSuggested: Bool
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
            ParameterType(name: "int", regexps: integer, reading: .integer, isPreferred: true, isSuggested: true),
            ParameterType(name: "float", regexps: float, reading: .float, isPreferred: false, isSuggested: true),
            ParameterType(name: "word", regexps: ["[^\\s]+"], reading: .text, isPreferred: false, isSuggested: false),
            ParameterType(name: "string", regexps: string, reading: .quoted, isPreferred: false, isSuggested: true),
            ParameterType(name: "", regexps: [".*"], reading: .text, isPreferred: true, isSuggested: false),
            ParameterType(name: "double", regexps: float, reading: .float, isPreferred: false, isSuggested: false),
            ParameterType(name: "bigdecimal", regexps: float, reading: .text, isPreferred: false, isSuggested: false),
            ParameterType(name: "byte", regexps: integer, reading: .integer, isPreferred: false, isSuggested: false),
            ParameterType(name: "short", regexps: integer, reading: .integer, isPreferred: false, isSuggested: false),
            ParameterType(name: "long", regexps: integer, reading: .integer, isPreferred: false, isSuggested: false),
            ParameterType(name: "biginteger", regexps: integer, reading: .text, isPreferred: false, isSuggested: false),
        ]
        builtInCount = types.count
    }

    /// Defines a type; its values are texts.
    /// - Throws: `ExpressionError` for a name that is taken or has `[ ] ( ) $ . | ? * +`, or no regular expression.
    package mutating func define(_ name: String, regexps: [String]) throws(ExpressionError) {
        guard !name.unicodeScalars.contains(where: { "[]()$.|?*+".unicodeScalars.contains($0) }) else {
            throw .illegalName(name)
        }
        guard self[name] == nil else {
            throw ExpressionError(
                name.isEmpty
                    ? "The anonymous parameter type has already been defined"
                    : "There is already a parameter type with name \(name)")
        }
        for regexp in regexps {
            do { _ = try Pattern(regexp) } catch { throw ExpressionError(error.message) }
        }
        types.append(ParameterType(name: name, regexps: regexps, reading: .text, isPreferred: false, isSuggested: true))
    }

    subscript(name: String) -> ParameterType? { types.first { $0.name == name } }

    /// The type whose regular expression a group is.
    /// - Throws: `ExpressionError` when several are and none is preferred; it says which expressions would match the text.
    func type(of regexp: String, in expression: String, matching text: String) throws(ExpressionError) -> ParameterType?
    {
        let found = types.filter { $0.regexps.contains(regexp) }
        if let preferred = found.first(where: \.isPreferred) { return preferred }
        guard found.count < 2 else {
            let suggestions = try suggestions(for: text)
            throw .ambiguous(regexp, expression, found.map(\.name).sorted(), suggestions.map(\.source))
        }
        return found.first
    }
}
