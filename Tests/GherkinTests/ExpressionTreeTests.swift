import Testing

@testable import Gherkin

@Suite struct ExpressionTreeTests {
    /// Each token as `KIND"text"start-end`, without the ends of the line.
    private func tokens(_ expression: String) throws -> [String] {
        let found = try ExpressionToken.tokens(of: expression)
        let (first, last) = (found.first, found.last)
        #expect(first == ExpressionToken(kind: .startOfLine, text: "", start: 0, end: 0))
        let count = expression.unicodeScalars.count
        #expect(last == ExpressionToken(kind: .endOfLine, text: "", start: count, end: count))
        return found.dropFirst().dropLast().map { "\($0.kind.rawValue)\"\($0.text)\"\($0.start)-\($0.end)" }
    }

    @Test(
        arguments: [
            ("", []), ("two words", ["TEXT\"two\"0-3", "WHITE_SPACE\" \"3-4", "TEXT\"words\"4-9"]),
            ("a \t b", ["TEXT\"a\"0-1", "WHITE_SPACE\" \t \"1-4", "TEXT\"b\"4-5"]),
            ("(s)", ["BEGIN_OPTIONAL\"(\"0-1", "TEXT\"s\"1-2", "END_OPTIONAL\")\"2-3"]),
            (
                "{{}}",
                [
                    "BEGIN_PARAMETER\"{\"0-1", "BEGIN_PARAMETER\"{\"1-2", "END_PARAMETER\"}\"2-3",
                    "END_PARAMETER\"}\"3-4",
                ]
            ),
            ("a//b", ["TEXT\"a\"0-1", "ALTERNATION\"/\"1-2", "ALTERNATION\"/\"2-3", "TEXT\"b\"3-4"]),
            ("\\(a\\)\\{b\\}", ["TEXT\"(a){b}\"0-10"]), ("\\ \\ ", ["TEXT\"  \"0-4"]), ("\\\\", ["TEXT\"\\\"0-2"]),
            ("𝄞\\/𝄞 x", ["TEXT\"𝄞/𝄞\"0-4", "WHITE_SPACE\" \"4-5", "TEXT\"x\"5-6"]),
        ] as [(String, [String])])
    func `tokens have their text without escapes and their place with them`(expression: String, expected: [String])
        throws
    {
        #expect(try tokens(expression) == expected)
    }

    /// A tree as `(kind start-end …)`, texts as they are.
    private func tree(_ node: ExpressionNode) -> String {
        if let token = node.token { return "'\(token)'\(node.start)-\(node.end)" }
        let name = node.kind.rawValue.split(separator: "_")[0].lowercased()
        return "(" + ([name + " \(node.start)-\(node.end)"] + (node.nodes ?? []).map(tree)).joined(separator: " ") + ")"
    }

    @Test(arguments: [
        ("", "(expression 0-0)"), ("a)", "(expression 0-2 'a'0-1 ')'1-2)"), ("}", "(expression 0-1 '}'0-1)"),
        ("{}", "(expression 0-2 (parameter 0-2))"),
        ("{a b}", "(expression 0-5 (parameter 0-5 'a'1-2 ' '2-3 'b'3-4))"),
        ("x(s) y", "(expression 0-6 'x'0-1 (optional 1-4 's'2-3) ' '4-5 'y'5-6)"),
        ("(a(b))", "(expression 0-6 (optional 0-6 'a'1-2 (optional 2-5 'b'3-4)))"),
        ("({x})", "(expression 0-5 (optional 0-5 (parameter 1-4 'x'2-3)))"),
        (
            "a b/c d",
            "(expression 0-7 'a'0-1 ' '1-2 (alternation 2-5 (alternative 2-3 'b'2-3) (alternative 4-5 'c'4-5)) ' '5-6 'd'6-7)"
        ),
        ("/", "(expression 0-1 (alternation 0-1 (alternative 0-0) (alternative 1-1)))"),
        (
            "a//b",
            "(expression 0-4 (alternation 0-4 (alternative 0-1 'a'0-1) (alternative 2-2) (alternative 3-4 'b'3-4)))"
        ),
        (
            "{x}a/b{y}",
            "(expression 0-9 (parameter 0-3 'x'1-2) (alternation 3-6 (alternative 3-4 'a'3-4) (alternative 5-6 'b'5-6)) "
                + "(parameter 6-9 'y'7-8))"
        ),
        (
            "a(s)/b)",
            "(expression 0-7 (alternation 0-7 (alternative 0-4 'a'0-1 (optional 1-4 's'2-3)) (alternative 5-7 'b'5-6 ')'6-7)))"
        ),
        ("\\(a\\/b\\)", "(expression 0-8 '(a/b)'0-8)"),
    ])
    func `a tree has Cucumber's nodes and places`(expression: String, expected: String) throws {
        #expect(tree(try ExpressionNode(parsing: expression)) == expected)
    }

    @Test func `optionals nest to a bound`() {
        #expect(throws: ExpressionError.self) { try ExpressionNode(parsing: String(repeating: "(", count: 100_000)) }
    }
}
