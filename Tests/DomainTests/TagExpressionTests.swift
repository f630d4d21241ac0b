import Testing

@testable import Domain

@Suite struct TagExpressionTests {
    @Test(arguments: [
        ("smoke", ["smoke"], true), ("smoke", ["slow"], false), ("@smoke", ["smoke"], true), ("not smoke", [], true),
        ("not not smoke", ["smoke"], true), ("a and b", ["a", "b"], true), ("a and b", ["a"], false),
        ("a or b", ["b"], true), ("a or b and c", ["a"], true), ("a or b and c", ["b"], false),
        ("(a or b) and c", ["a"], false), ("(a or b) and c", ["a", "c"], true), ("not a and b", ["b"], true),
        ("not (a and b)", ["a"], true), ("not(a)or(b)", ["a", "b"], true), ("a\nand\tb", ["a", "b"], true),
        ("smoke and not (slow or flaky)", ["smoke"], true),
        ("smoke and not (slow or flaky)", ["smoke", "flaky"], false),
        ("ord and anders", ["ord", "anders"], true), ("team:web", ["team:web"], true),
    ])
    func `chooses by tags`(text: String, tags: [String], isChosen: Bool) throws {
        #expect(try TagExpression(parsing: text).matches(Set(tags)) == isChosen)
    }

    @Test(arguments: [
        ("", "expected a tag at the end"), ("  ", "expected a tag at the end"), ("and", "expected a tag before 'and'"),
        ("a and", "expected a tag at the end"), ("or a", "expected a tag before 'or'"), ("(a", "expected ')'"),
        ("a)", "expected 'and' or 'or' before ')'"), ("a b", "expected 'and' or 'or' before 'b'"),
        ("()", "expected a tag before ')'"), ("not", "expected a tag at the end"), ("@", "expected a tag after '@'"),
        ("a and and b", "expected a tag before 'and'"),
    ])
    func `says what is wrong`(text: String, message: String) throws {
        #expect(throws: TagExpressionError(message: message)) { try TagExpression(parsing: text) }
    }

    @Test func `length and depth are bounded`() throws {
        #expect(throws: TagExpressionError.self) { try TagExpression(parsing: String(repeating: "a", count: 1001)) }
        #expect(throws: TagExpressionError.self) { try TagExpression(parsing: String(repeating: "(", count: 1000)) }
        #expect(throws: TagExpressionError.self) { try TagExpression(parsing: String(repeating: "not ", count: 240)) }
        let deep = String(repeating: "(", count: 90) + "a" + String(repeating: ")", count: 90)
        #expect(try TagExpression(parsing: deep) == .tag("a"))
    }
}
