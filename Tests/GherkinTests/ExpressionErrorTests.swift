import Testing

@testable import Gherkin

/// The whole texts, as people know them from Cucumber.
@Suite struct ExpressionErrorTests {
    @Test(arguments: [
        (
            "I said \"alpha\\", 14, "             ^", "The end of line can not be escaped",
            "You can use '\\\\' to escape the '\\'"
        ),
        (
            "two \\words", 6, "     ^",
            "Only the characters '{', '}', '(', ')', '\\', '/' and whitespace can be escaped",
            "If you did mean to use an '\\' you can use '\\\\' to escape it"
        ),
        (
            "𝄞 (s", 3, "  ^", "The '(' does not have a matching ')'",
            "If you did not intend to use optional text you can use '\\(' to escape the optional text"
        ),
        (
            "x {int", 3, "  ^", "The '{' does not have a matching '}'",
            "If you did not intend to use a parameter you can use '\\{' to escape the a parameter"
        ),
        (
            "{a(b)}", 3, "  ^", "Parameter names may not contain '{', '}', '(', ')', '\\' or '/'",
            "Did you mean to use a regular expression?"
        ),
        (
            "mouse(/s) x", 7, "      ^", "An alternation can not be used inside an optional",
            "If you did not mean to use an alternation you can use '\\/' to escape the '/'. "
                + "Otherwise rephrase your expression or consider using a regular expression instead."
        ),
        (
            "red//green", 5, "    ^", "Alternative may not be empty",
            "If you did not mean to use an alternative you can use '\\/' to escape the '/'"
        ),
        (
            "(re)(d)/green", 1, "^-----^", "An alternative may not exclusively contain optionals",
            "If you did not mean to use an optional you can use '\\(' to escape the '('"
        ),
        (
            "cost() much", 5, "    ^^", "An optional must contain some text",
            "If you did not mean to use an optional you can use '\\(' to escape the '('"
        ),
        (
            "({word})", 2, " ^----^", "An optional may not contain a parameter type",
            "If you did not mean to use an parameter type you can use '\\{' to escape the '{'"
        ),
        (
            "(very (much))", 7, "      ^----^", "An optional may not contain an other optional",
            "If you did not mean to use an optional type you can use '\\(' to escape the '('. "
                + "For more complicated expressions consider using a regular expression instead."
        ),
        (
            "to {place}", 4, "   ^-----^", "Undefined parameter type 'place'",
            "Please register a ParameterType for 'place'"
        ),
    ])
    func `say what is wrong, where, and what to do`(
        expression: String, column: Int, pointer: String, problem: String, solution: String
    ) {
        let message = """
            This Cucumber Expression has a problem at column \(column):

            \(expression)
            \(pointer)
            \(problem).
            \(solution)
            """
        #expect(throws: ExpressionError(message)) { try StepExpression(cucumber: expression, ParameterTypes()) }
    }

    @Test(arguments: ["a[b", "a]", "(x)", "a.b", "a|b", "a?", "$", "a*", "a+", "a\\[b"])
    func `a type may not be named like a regular expression`(name: String) {
        let rule = "Parameter names may not contain '{', '}', '(', ')', '\\' or '/'"
        var types = ParameterTypes()
        #expect(throws: ExpressionError("Illegal character in parameter name {\(name)}. \(rule)")) {
            try types.define(name, regexps: ["x"])
        }
    }

    @Test func `a group that several types read is an error once a text matches`() throws {
        var types = ParameterTypes()
        try types.define("fruit", regexps: ["kiwi|plum"])
        try types.define("bird", regexps: ["kiwi|plum"])
        let step = try StepExpression(regexp: "^a (kiwi|plum)$", types)
        #expect(try step.match("a dodo") == nil)
        let message = """
            Your Regular Expression /^a (kiwi|plum)$/
            matches multiple parameter types with regexp /kiwi|plum/:
               {bird}
               {fruit}

            I couldn't decide which one to use. You have two options:

            1) Use a Cucumber Expression instead of a Regular Expression. Try one of these:
               a {bird}
               a {fruit}

            2) Make one of the parameter types preferential and continue to use a Regular Expression.
            """
        #expect(throws: ExpressionError(message)) { try step.match("a kiwi") }
    }
}
