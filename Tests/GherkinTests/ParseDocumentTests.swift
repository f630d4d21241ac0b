import Testing

@testable import Gherkin

/// The messages of one text, as the command line prints them.
func messages(_ text: String) -> (document: String?, pickles: [String], errors: [String]) {
    var ids = IDSequence()
    do throws(ParseErrors) {
        let document = try GherkinDocument(parsing: text, ids: &ids)
        let pickles = document.pickles(ids: &ids)
        return (
            GherkinMessages.document(document, uri: "a"), pickles.map { GherkinMessages.pickle($0, uri: "a") }, []
        )
    } catch {
        return (nil, [], error.errors.map(\.message))
    }
}

func document(_ text: String) throws -> GherkinDocument {
    var ids = IDSequence()
    return try GherkinDocument(parsing: text, ids: &ids)
}

func scenarios(_ text: String) throws -> [Scenario] {
    try #require(try document(text).feature).children.compactMap {
        if case .scenario(let scenario) = $0 { scenario } else { nil }
    }
}

@Suite struct ParseDocumentTests {
    @Test func `a scenario becomes a tree and a pickle, numbered inside out`() {
        let found = messages("@f\nFeature: Shop\n  @s\n  Scenario: Buy\n    Given é x\n")
        #expect(
            found.document == """
                {"gherkinDocument":{"uri":"a","feature":{"location":{"line":2,"column":1},\
                "tags":[{"id":"3","location":{"line":1,"column":1},"name":"@f"}],"language":"en","keyword":"Feature",\
                "name":"Shop","description":"","children":[{"scenario":{"id":"2","location":{"line":4,"column":3},\
                "tags":[{"id":"1","location":{"line":3,"column":3},"name":"@s"}],"keyword":"Scenario","name":"Buy",\
                "description":"","steps":[{"id":"0","location":{"line":5,"column":5},"keyword":"Given ",\
                "keywordType":"Context","text":"é x"}],"examples":[]}}]},"comments":[]}}
                """)
        #expect(
            found.pickles == [
                """
                {"pickle":{"id":"5","uri":"a","location":{"line":4,"column":3},"astNodeIds":["2"],\
                "tags":[{"name":"@f","astNodeId":"3"},{"name":"@s","astNodeId":"1"}],"name":"Buy","language":"en",\
                "steps":[{"id":"4","text":"é x","type":"Context","astNodeIds":["0"]}]}}
                """
            ])
    }

    @Test(arguments: ["", "\n", "# only a comment\n", "\u{FEFF}"])
    func `a file without a feature has no pickles`(text: String) throws {
        let found = messages(text)
        #expect(found.document?.contains("\"feature\"") == false)
        #expect(found.pickles.isEmpty && found.errors.isEmpty)
    }

    @Test func `cells lose white space around them but keep escaped line feeds`() throws {
        let row = #"      | a\|b |\\|  \n x \n |é\q|   |😀 |"#
        let table = try #require(
            try scenarios("Feature: f\n  Scenario: s\n    Given t\n\(row)  tail\n")[0].steps[0].dataTable)
        #expect(table.rows[0].cells.map(\.value) == ["a|b", "\\", "\n x \n", "é\\q", "", "😀"])
        #expect(table.rows[0].cells.map(\.location.column) == [9, 15, 20, 29, 36, 37])
    }

    @Test func `a doc string loses the indent of its delimiter`() throws {
        let text = """
            Feature: f
              Scenario: s
                Given t
                  \"\"\"json
                  {
                    "a": \\"\\"\\"
                none
                  ```
                  \"\"\"
                And both
                  | a |
                  ```
                  \\`\\`\\`
                  ```
            """
        let steps = try scenarios(text)[0].steps
        #expect(steps[0].docString?.content == "{\n  \"a\": \"\"\"\nnone\n```")
        #expect(steps[0].docString?.mediaType == "json")
        #expect(steps[1].docString?.content == "```" && steps[1].docString?.delimiter == "```")
        #expect(steps[1].dataTable?.rows.count == 1)
    }

    @Test func `descriptions keep their indent and inner blank lines, not comments or blank lines at the end`() throws {
        let feature = try #require(
            try document("Feature: f\n\n  one\n  # no\n\n  two  \n   \n\n  Scenario: s\n").feature)
        #expect(feature.description == "  one\n\n  two  ")
    }

    @Test(arguments: [
        ("@a @b#c @d #e @f", ["@a", "@b#c", "@d"], [1, 4, 9]), ("@a@b", ["@a", "@b"], [1, 3]),
        ("\t@é @x", ["@é", "@x"], [2, 5]),
    ])
    func `tags end at white space or the next one`(line: String, names: [String], columns: [Int]) throws {
        let tags = try #require(try document("\(line)\nFeature: f\n").feature).tags
        #expect(tags.map(\.name) == names)
        #expect(tags.map(\.location.column) == columns)
    }

    @Test(arguments: [
        ("# language: de\nFunktionalität: f\n Szenario: s\n  Angenommen x", "Angenommen ", KeywordType.context),
        ("#language:ja\r\n機能: f\r\n シナリオ: s\r\n  もしx", "もし", .action),
        ("  #  language :  em \n📚: f\n 📕: s\n  🙏x", "🙏", .outcome), ("Feature: f\n Example: s\n  * x", "* ", .unknown),
    ])
    func `keywords are those of the language`(text: String, keyword: String, type: KeywordType) throws {
        let step = try scenarios(text)[0].steps[0]
        #expect(step.keyword == keyword && step.keywordType == type && step.text == "x")
    }

    @Test func `tags before a rule belong to it and before examples to them`() throws {
        let feature = try #require(
            try document(
                "Feature: f\n Scenario: s\n  Given <a>\n @e\n # c\n Examples:\n |a|\n |1|\n @r\n Rule: r\n @t\n Example: t\n"
            ).feature)
        guard case .scenario(let scenario) = feature.children[0], case .rule(let rule) = feature.children[1] else {
            Issue.record("not a scenario and a rule")
            return
        }
        #expect(scenario.examples[0].tags.map(\.name) == ["@e"])
        #expect(rule.tags.map(\.name) == ["@r"])
        let inner = rule.children.compactMap { if case .scenario(let inner) = $0 { inner } else { nil } }
        #expect(inner.map { $0.tags.map(\.name) } == [["@t"]])
    }
}
