import Testing

@testable import Gherkin

@Suite struct ExpressionTests {
    private func match(_ expression: String, _ text: String, _ types: ParameterTypes = ParameterTypes()) throws
        -> String
    {
        ExpressionMessages.match(try StepExpression(cucumber: expression, types).match(text))
    }

    @Test(arguments: [
        ("three mice", "^three mice$"), ("{int} mice", "^((?:-?\\d+)|(?:\\d+)) mice$"), ("a.b", "^a\\.b$"),
        ("mice/rats and cucumber(s)", "^(?:mice|rats) and cucumber(?:s)?$"), ("\\(a\\) b\\/c", "^\\(a\\) b/c$"),
        ("{}", "^(.*)$"),
    ])
    func `becomes the regular expression that Cucumber writes`(expression: String, regexp: String) throws {
        #expect(try StepExpression(cucumber: expression, ParameterTypes()).regexp == regexp)
    }

    @Test func `arguments have places in code points and values`() throws {
        #expect(
            try match("é {int} {word} {float}", "é -07 😀 .5") == """
                {"matched":true,"stepMatchArguments":[{"group":{"start":2,"value":"-07"},"parameterTypeName":"int"},\
                {"group":{"start":6,"value":"😀"},"parameterTypeName":"word"},\
                {"group":{"start":8,"value":".5"},"parameterTypeName":"float"}],"values":[-7,"😀",0.5]}
                """)
        #expect(
            try match("{string}", "'a\\'b'") == """
                {"matched":true,"stepMatchArguments":[{"group":{"start":0,"value":"'a\\\\'b'","children":[{"children":[{}]},\
                {"start":1,"value":"a\\\\'b","children":[{"start":2,"value":"\\\\'b"}]}]},"parameterTypeName":"string"}],\
                "values":["a'b"]}
                """)
        #expect(try match("{int}", "x") == "{\"matched\":false}")
        #expect(try match("{biginteger}", "123456789012345678901").hasSuffix("\"values\":[\"123456789012345678901\"]}"))
    }

    @Test func `several groups of an own type are a list`() throws {
        var types = ParameterTypes()
        try types.define("point", regexps: ["(\\d+),(\\d+)?", "here"])
        #expect(try match("at {point}", "at 1,", types).hasSuffix("\"values\":[[\"1\",null]]}"))
        #expect(throws: ExpressionError("There is already a parameter type with name int")) {
            try types.define("int", regexps: ["x"])
        }
    }

    @Test func `groups of a regular expression are read by the type with the same source`() throws {
        let step = try StepExpression(regexp: "(\\d+) (?:x|y)(?= z) (z)", ParameterTypes())
        let found = try #require(try step.match("has 22 y z"))
        #expect(found.map(\.typeName) == ["int", nil])
        #expect(found.map(\.value) == [.number("22"), .text("z")])
    }

    @Test(arguments: [
        ("a (b", "(", 3, "^", "The '(' does not have a matching ')'"),
        ("{a/b}", "/", 3, "^", "Parameter names may not contain"),
        ("x/", "", 3, "^", "Alternative may not be empty"), ("()", "()", 1, "^^", "An optional must contain some text"),
        ("({int})", "", 2, "^---^", "An optional may not contain a parameter type"),
        ("(a(b))", "", 3, "^-^", "An optional may not contain an other optional"),
        ("(a/b)", "", 3, "^", "An alternation can not be used inside an optional"),
        ("a\\b", "", 3, "^", "Only the characters"), ("a\\", "", 2, "^", "The end of line can not be escaped"),
        ("{x}", "", 1, "^-^", "Undefined parameter type 'x'"),
        ("(s)/b", "", 1, "^-^", "An alternative may not exclusively contain optionals"),
    ])
    func `says what is wrong and where`(expression: String, _: String, column: Int, pointer: String, problem: String) {
        let error = #expect(throws: ExpressionError.self) { try StepExpression(cucumber: expression, ParameterTypes()) }
        let lines = error?.message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
        #expect(lines.count == 6)
        #expect(lines.first == "This Cucumber Expression has a problem at column \(column):")
        #expect(lines.dropFirst(3).first == String(repeating: " ", count: column - 1) + pointer)
        #expect(lines.dropFirst(4).first?.hasPrefix(problem) == true)
    }
}
