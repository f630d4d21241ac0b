/// A condition on the tags of a test case: `smoke and not (slow or flaky)`.
///
/// `not` binds tighter than `and`, `and` tighter than `or`. A tag may carry a leading `@`, which means nothing.
package indirect enum TagExpression: Hashable, Sendable {
    case tag(String)
    case not(TagExpression)
    case and(TagExpression, TagExpression)
    case or(TagExpression, TagExpression)

    /// Whether a case with exactly these tags is chosen.
    package func matches(_ tags: Set<String>) -> Bool {
        switch self {
        case .tag(let name): tags.contains(name)
        case .not(let operand): !operand.matches(tags)
        case .and(let left, let right): left.matches(tags) && right.matches(tags)
        case .or(let left, let right): left.matches(tags) || right.matches(tags)
        }
    }
}

/// Why a text is not a tag expression.
package struct TagExpressionError: Error, Equatable, Sendable {
    package let message: String
}

extension TagExpression {
    /// Longest expression and most operators that are read: both bound the recursion.
    package static let maximumLength = 1000
    private static let maximumTerms = 200

    /// Reads an expression.
    /// - Throws: `TagExpressionError` saying what was expected where.
    package init(parsing text: String) throws(TagExpressionError) {
        guard text.utf8.count <= TagExpression.maximumLength else {
            throw TagExpressionError(message: "longer than \(TagExpression.maximumLength) bytes")
        }
        var reader = TagExpressionReader(words: TagExpression.words(of: text)[...])
        guard reader.words.count <= TagExpression.maximumTerms else {
            throw TagExpressionError(message: "more than \(TagExpression.maximumTerms) words")
        }
        self = try reader.disjunction()
        guard reader.words.isEmpty else {
            throw TagExpressionError(message: "expected 'and' or 'or' before '\(reader.words.first ?? "")'")
        }
    }

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        func flush() {
            if !word.isEmpty { words.append(word) }
            word = ""
        }
        for character in text {
            if character.isWhitespace {
                flush()
            } else if character == "(" || character == ")" {
                flush()
                words.append(String(character))
            } else {
                word.append(character)
            }
        }
        flush()
        return words
    }
}

/// Recursive descent over the words of an expression.
private struct TagExpressionReader {
    var words: ArraySlice<String>

    mutating func disjunction() throws(TagExpressionError) -> TagExpression {
        var left = try conjunction()
        while take("or") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(TagExpressionError) -> TagExpression {
        var left = try term()
        while take("and") { left = .and(left, try term()) }
        return left
    }

    private mutating func term() throws(TagExpressionError) -> TagExpression {
        if take("not") { return .not(try term()) }
        if take("(") {
            let inner = try disjunction()
            guard take(")") else { throw TagExpressionError(message: "expected ')'") }
            return inner
        }
        guard let word = words.first else { throw TagExpressionError(message: "expected a tag at the end") }
        guard word != ")", word != "and", word != "or" else {
            throw TagExpressionError(message: "expected a tag before '\(word)'")
        }
        words.removeFirst()
        let tag = word.hasPrefix("@") ? String(word.dropFirst()) : word
        guard !tag.isEmpty else { throw TagExpressionError(message: "expected a tag after '@'") }
        return .tag(tag)
    }

    private mutating func take(_ word: String) -> Bool {
        guard words.first == word else { return false }
        words.removeFirst()
        return true
    }
}
