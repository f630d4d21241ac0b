/// What is wrong with a Cucumber Expression or a parameter type, in Cucumber's words.
package struct ExpressionError: Error, Equatable, Sendable {
    package let message: String

    init(_ message: String) { self.message = message }

    private init(_ expression: String, _ start: Int, _ end: Int, _ problem: String, _ solution: String) {
        var pointer = String(repeating: " ", count: start) + "^"
        if start + 1 < end { pointer += String(repeating: "-", count: end - start - 2) + "^" }
        message = """
            This Cucumber Expression has a problem at column \(start + 1):

            \(expression)
            \(pointer)
            \(problem).
            \(solution)
            """
    }

    private static let bracketAdvice = "If you did not mean to use an optional you can use '\\(' to escape the '('"
    private static let nameRule = "Parameter names may not contain '{', '}', '(', ')', '\\' or '/'"

    static func cannotEscape(_ expression: String, at index: Int) -> ExpressionError {
        ExpressionError(
            expression, index, index,
            "Only the characters '{', '}', '(', ')', '\\', '/' and whitespace can be escaped",
            "If you did mean to use an '\\' you can use '\\\\' to escape it")
    }

    static func endOfLineCannotBeEscaped(_ expression: String, at index: Int) -> ExpressionError {
        ExpressionError(
            expression, index, index, "The end of line can not be escaped", "You can use '\\\\' to escape the '\\'")
    }

    static func missingEnd(_ expression: String, _ token: ExpressionToken) -> ExpressionError {
        let isOptional = token.kind == .beginOptional
        let (begin, end, purpose) = isOptional ? ("(", ")", "optional text") : ("{", "}", "a parameter")
        return ExpressionError(
            expression, token.start, token.end, "The '\(begin)' does not have a matching '\(end)'",
            "If you did not intend to use \(purpose) you can use '\\\(begin)' to escape the \(purpose)")
    }

    static func alternationInOptional(_ expression: String, _ token: ExpressionToken) -> ExpressionError {
        ExpressionError(
            expression, token.start, token.end, "An alternation can not be used inside an optional",
            "If you did not mean to use an alternation you can use '\\/' to escape the '/'. "
                + "Otherwise rephrase your expression or consider using a regular expression instead.")
    }

    static func badName(_ expression: String, _ token: ExpressionToken) -> ExpressionError {
        ExpressionError(
            expression, token.start, token.end, nameRule, "Did you mean to use a regular expression?")
    }

    static func emptyAlternative(_ expression: String, _ node: ExpressionNode) -> ExpressionError {
        ExpressionError(
            expression, node.start, node.end, "Alternative may not be empty",
            "If you did not mean to use an alternative you can use '\\/' to escape the '/'")
    }

    static func alternativeOfOptionals(_ expression: String, _ node: ExpressionNode) -> ExpressionError {
        ExpressionError(
            expression, node.start, node.end, "An alternative may not exclusively contain optionals", bracketAdvice)
    }

    static func emptyOptional(_ expression: String, _ node: ExpressionNode) -> ExpressionError {
        ExpressionError(expression, node.start, node.end, "An optional must contain some text", bracketAdvice)
    }

    static func parameterInOptional(_ expression: String, _ node: ExpressionNode) -> ExpressionError {
        ExpressionError(
            expression, node.start, node.end, "An optional may not contain a parameter type",
            "If you did not mean to use an parameter type you can use '\\{' to escape the '{'")
    }

    static func optionalInOptional(_ expression: String, _ node: ExpressionNode) -> ExpressionError {
        ExpressionError(
            expression, node.start, node.end, "An optional may not contain an other optional",
            "If you did not mean to use an optional type you can use '\\(' to escape the '('. "
                + "For more complicated expressions consider using a regular expression instead.")
    }

    static func undefined(_ name: String, _ expression: String, _ node: ExpressionNode) -> ExpressionError {
        ExpressionError(
            expression, node.start, node.end, "Undefined parameter type '\(name)'",
            "Please register a ParameterType for '\(name)'")
    }

    static func illegalName(_ name: String) -> ExpressionError {
        ExpressionError("Illegal character in parameter name {\(name)}. \(nameRule)")
    }

    static func ambiguous(_ regexp: String, _ expression: String, _ types: [String]) -> ExpressionError {
        ExpressionError(
            """
            Your Regular Expression /\(expression)/
            matches multiple parameter types with regexp /\(regexp)/:
               \(types.map { "{\($0)}" }.joined(separator: "\n   "))

            I couldn't decide which one to use. You have two options:

            1) Use a Cucumber Expression instead of a Regular Expression.

            2) Make one of the parameter types preferential and continue to use a Regular Expression.
            """)
    }
}
