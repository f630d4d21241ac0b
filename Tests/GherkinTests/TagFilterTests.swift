import Testing

@testable import Gherkin

@Suite struct TagFilterTests {
    @Test(arguments: [
        ("a and not b", ["a"], "( a and not ( b ) )", true), ("not (a or b)", ["b"], "not ( a or b )", false),
        ("a or b and c", ["a"], "( a or ( b and c ) )", true), ("a and b or c", ["c"], "( ( a and b ) or c )", true),
        ("", ["x"], "", true), ("@x\\ y\\(", ["@x y("], "@x\\ y\\(", true),
        ("not not a", ["a"], "not ( not ( a ) )", true),
        ("@a", ["a"], "@a", false),
    ])
    func `means what Cucumber means`(text: String, tags: [String], formatted: String, result: Bool) throws {
        let filter = try TagFilter(parsing: text)
        #expect(filter.formatted == formatted)
        #expect(filter.matches(tags) == result)
    }

    @Test(arguments: [
        ("a b", "Expected operator."), ("a and or", "Expected operand."), ("a and", "Expected operand."),
        ("( a", "Unmatched (."), ("a )", "Unmatched )."), ("x \\y", "Illegal escape before \"y\"."),
        ("or", "Expected operand."),
        ("()", "Expected operand."), ("a not b", "Expected operator."),
    ])
    func `says what is wrong in Cucumber's words`(text: String, problem: String) {
        let message = "Tag expression \"\(text)\" could not be parsed because of syntax error: \(problem)"
        #expect(throws: TagFilterError(message: message)) { try TagFilter(parsing: text) }
    }

    @Test func `bounds how deep operators nest`() {
        #expect(throws: TagFilterError.self) {
            try TagFilter(parsing: String(repeating: "not ", count: 100_000) + "a")
        }
    }
}
