import Doubles
import Testing

@testable import Gherkin

/// Mutated input must give a value or an error; a trap ends the whole run and so shows itself.
@Suite(.serialized) struct FuzzTests {
    @Test func `no feature file traps the parser`() {
        let corpus = [
            "@a @b\nFeature: f\n  text\n\n  Background:\n    Given <x>\n  Rule: r\n  @c\n  Scenario: s\n    When y\n      | a | b\\n |\n",
            "# language: fr\nFonctionnalité: f\n  Plan du scénario: s\n    Soit <a>\n      \"\"\"json\n      x\n      \"\"\"\n"
                + "    Exemples:\n      | a | b |\n      | 1 | 2 |\n", "#language:em\n📚: f\n📕: s\n😐x\n```\n```\n|a|\n",
        ]
        let marks = [
            "\"\"\"", "```", "|", "\\", "@", "#", ":", "\r\n", "\n", "<a>", "* ", "Examples:", "\u{A0}", "\u{FEFF}",
            "é", "# language: ",
        ]
        var mutator = Mutator(seed: FuzzTime.seed, corpus: corpus, marks: marks)
        let count = FuzzTime.run {
            let found = messages(mutator.text())
            #expect((found.document == nil) != found.errors.isEmpty)
        }
        #expect(count > 100)
    }

    @Test func `no expression traps`() {
        let corpus = [
            "{int} cucumber(s) in my belly/stomach", "a \\{b\\} {string}/{word} {}",
            "((a|b)*c{2,3}?)[^x-z\\d]+(?<n>.)(?=$)(?<!y)",
        ]
        let marks = [
            "{", "}", "(", ")", "/", "\\", "|", "*", "+?", "{2,}", "[", "]", "(?:", "(?=", "^", "$", "é", " ", "-",
        ]
        var mutator = Mutator(seed: FuzzTime.seed, corpus: corpus, marks: marks)
        let count = FuzzTime.run {
            let (text, step) = (mutator.text(), mutator.text())
            _ = try? ParameterTypes().suggestions(for: step)
            for expression in [
                try? StepExpression(cucumber: text, ParameterTypes()),
                try? StepExpression(regexp: text, ParameterTypes()),
            ] {
                if let arguments = try? expression?.match(step) { _ = ExpressionMessages.match(arguments) }
            }
        }
        #expect(count > 100)
    }

    @Test func `no tag expression traps`() throws {
        var mutator = Mutator(
            seed: FuzzTime.seed, corpus: ["@a and not (@b or @c\\ d)", "not not a"],
            marks: ["(", ")", "\\", " ", "and ", " or", "not ", "é"])
        let count = try FuzzTime.run { () throws in
            guard let filter = try? TagFilter(parsing: mutator.text()) else { return }
            // What is printed means the same when it is read again.
            #expect(try TagFilter(parsing: filter.formatted).formatted == filter.formatted)
        }
        #expect(count > 100)
    }
}
