import Fuzzing
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
        for seed in FuzzRounds(2000) {
            var mutator = Mutator(seed: seed, others: corpus.map { Array($0.utf8) }, marks: marks)
            let found = messages(mutator.text(of: corpus))
            #expect((found.document == nil) != found.errors.isEmpty, "seed \(seed)")
        }
    }

    @Test func `no expression traps`() {
        let corpus = [
            "{int} cucumber(s) in my belly/stomach", "a \\{b\\} {string}/{word} {}",
            "((a|b)*c{2,3}?)[^x-z\\d]+(?<n>.)(?=$)(?<!y)",
        ]
        let marks = [
            "{", "}", "(", ")", "/", "\\", "|", "*", "+?", "{2,}", "[", "]", "(?:", "(?=", "^", "$", "é", " ", "-",
        ]
        for seed in FuzzRounds(2000) {
            var mutator = Mutator(seed: seed, others: corpus.map { Array($0.utf8) }, marks: marks)
            let (text, step) = (mutator.text(of: corpus), mutator.text(of: corpus))
            _ = try? ParameterTypes().suggestions(for: step)
            for expression in [
                try? StepExpression(cucumber: text, ParameterTypes()),
                try? StepExpression(regexp: text, ParameterTypes()),
            ] {
                if let arguments = try? expression?.match(step) { _ = ExpressionMessages.match(arguments) }
            }
        }
    }

    @Test func `no tag expression traps`() throws {
        let corpus = ["@a and not (@b or @c\\ d)", "not not a"]
        for seed in FuzzRounds(2000) {
            var mutator = Mutator(
                seed: seed, others: corpus.map { Array($0.utf8) },
                marks: ["(", ")", "\\", " ", "and ", " or", "not ", "é"])
            guard let filter = try? TagFilter(parsing: mutator.text(of: corpus)) else { continue }
            // What is printed means the same when it is read again.
            #expect(try TagFilter(parsing: filter.formatted).formatted == filter.formatted, "seed \(seed)")
        }
    }
}
