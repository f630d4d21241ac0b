import Testing

@testable import Gherkin

@Suite struct SuggestExpressionTests {
    private func sources(_ text: String, _ types: ParameterTypes = ParameterTypes()) throws -> [String] {
        try types.suggestions(for: text).map(\.source)
    }

    @Test(arguments: [
        ("I have 42 cukes", ["I have {int} cukes", "I have {float} cukes"]),
        ("it costs 1.5", ["it costs {float}"]),
        ("say \"hi there\" to 'me'", ["say {string} to {string}"]),
        ("only words", ["only words"]), ("", [""]),
        ("a(b) {c} d/e", ["a\\(b) \\{c} d\\/e"]),
        ("3cm is not 3 cm", ["3cm is not {int} cm", "3cm is not {float} cm"]),
        ("é-7.", ["é-{int}.", "é-{float}."]),
        ("1 2", ["{int} {int}", "{int} {float}", "{float} {int}", "{float} {float}"]),
    ])
    func `puts types where whole words fit them, the preferred one first`(text: String, expected: [String]) throws {
        #expect(try sources(text) == expected)
    }

    @Test func `an own type is offered, and the longest that begins first wins`() throws {
        var types = ParameterTypes()
        try types.define("size", regexps: ["\\d+ cm", "big"])
        #expect(try sources("a big one of 3 cm", types) == ["a {size} one of {size}"])
        #expect(try types.suggestions(for: "big 1").first?.types == ["size", "int"])
    }

    @Test func `there are never more than 256, and they match the text`() throws {
        let text = "1 2 3 4 5 6 7 8 9 10"
        let found = try sources(text)
        #expect(found.count == 256)
        for source in found { #expect(try StepExpression(cucumber: source, ParameterTypes()).match(text) != nil) }
    }
}
