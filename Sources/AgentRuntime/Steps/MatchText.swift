import Domain

extension Matcher {
    /// Whether `text` satisfies the condition.
    func holds(for text: String, _ scope: StepScope) throws(PreconditionFailure) -> Bool {
        switch self {
        case .equals(let wanted): text == wanted || text == wanted + "\n"
        case .contains(let wanted): text.contains(wanted)
        case .notContains(let unwanted): !text.contains(unwanted)
        case .matches(let pattern): try PatternSearch(scope: scope).first(pattern, in: text) != nil
        }
    }

    func substituted(_ variables: Variables) throws(PreconditionFailure) -> Matcher {
        switch self {
        case .equals(let text): .equals(try variables.substitute(text))
        case .contains(let text): .contains(try variables.substitute(text))
        case .notContains(let text): .notContains(try variables.substitute(text))
        // A pattern is taken as it is: `${` is rare in one, `$` is not, and values are not patterns.
        case .matches: self
        }
    }

    /// The condition in the words of a definition.
    var expected: (word: String, text: String) {
        switch self {
        case .equals(let text): ("equals", text)
        case .contains(let text): ("contains", text)
        case .notContains(let text): ("notContains", text)
        case .matches(let text): ("matches", text)
        }
    }
}
