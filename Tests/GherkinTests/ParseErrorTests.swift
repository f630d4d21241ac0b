import Testing

@testable import Gherkin

@Suite struct ParseErrorTests {
    @Test(arguments: [
        (
            "not gherkin",
            ["(1:1): expected: #EOF, #Language, #TagLine, #FeatureLine, #Comment, #Empty, got 'not gherkin'"]
        ),
        ("@t\n", ["(2:0): unexpected end of file, expected: #TagLine, #FeatureLine, #Comment, #Empty"]),
        ("#language:xx\nFeature: f", ["(1:1): Language not supported: xx"]),
        (
            "Feature: f\n Scenario: s\n  Given x\n   |a|b|\n   |c|\n",
            ["(5:4): inconsistent cell count within the table"]
        ),
        (
            "Feature: f\n Scenario: s\n  Given x\n   \"\"\"\n",
            [
                "(5:0): unexpected end of file, expected: #DocStringSeparator, #Other"
            ]
        ),
        (
            "@a b\nFeature: f",
            [
                "(1:1): A tag may not contain whitespace",
                "(1:1): expected: #EOF, #Language, #TagLine, #FeatureLine, #Comment, #Empty, got '@a b'",
            ]
        ),
        (
            "Feature: f\n Scenario: s\n  Given é\n  oops  \n   |a|\n  again\n",
            [
                "(4:3): expected: #EOF, #TableRow, #DocStringSeparator, #StepLine, #TagLine, #ExamplesLine, #ScenarioLine, "
                    + "#RuleLine, #Comment, #Empty, got 'oops'",
                "(6:3): expected: #EOF, #TableRow, #DocStringSeparator, #StepLine, #TagLine, #ExamplesLine, #ScenarioLine, "
                    + "#RuleLine, #Comment, #Empty, got 'again'",
            ]
        ),
    ])
    func `tells all that is wrong, with its place`(text: String, expected: [String]) {
        #expect(messages(text).errors == expected)
    }

    @Test func `stops after eleven problems`() {
        let lines = (0..<30).map { "  bad \($0)\n" }.joined()
        #expect(messages("Feature: f\n Scenario: s\n  Given x\n" + lines).errors.count == 11)
    }

    @Test func `the end of a file has no column`() {
        var ids = IDSequence()
        let error = #expect(throws: ParseErrors.self) { try GherkinDocument(parsing: "@t", ids: &ids) }
        #expect(error?.errors.map(\.location) == [Location(line: 2, column: nil)])
    }
}
