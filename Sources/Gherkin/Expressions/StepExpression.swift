/// A Cucumber Expression or regular expression, ready to match the texts of steps. A value, so any thread may use it.
package struct StepExpression: Sendable {
    /// As written.
    package let source: String
    private let pattern: Pattern
    private let reading: Reading

    /// What reads the outer groups.
    private enum Reading {
        case types([ParameterType])
        /// The types with the same source; looked up when a text matches, since only then it matters that they are several.
        case sources([String], ParameterTypes)
    }

    /// The regular expression that is matched.
    package var regexp: String { pattern.source }

    /// - Throws: `ExpressionError` in Cucumber's words.
    package init(cucumber source: String, _ types: ParameterTypes) throws(ExpressionError) {
        var rewrite = RewriteExpression(source, types)
        (self.source, pattern) = (source, try StepExpression.pattern(try rewrite.run()))
        let count = StepExpression.outer(pattern).count
        guard count == rewrite.used.count else {
            throw ExpressionError(
                "Group has \(count) capture groups, but there were \(rewrite.used.count) parameter types")
        }
        reading = .types(rewrite.used)
    }

    /// - Throws: `ExpressionError` for what is no regular expression.
    package init(regexp source: String, _ types: ParameterTypes) throws(ExpressionError) {
        (self.source, pattern) = (source, try StepExpression.pattern(source))
        reading = .sources(StepExpression.outer(pattern), types)
    }

    private static func pattern(_ regexp: String) throws(ExpressionError) -> Pattern {
        do { return try Pattern(regexp) } catch { throw ExpressionError(error.message) }
    }

    private static func outer(_ pattern: Pattern) -> [String] {
        pattern.groups.dropFirst().filter { $0.parent == 0 }.map(\.source)
    }

    /// Nil when the text does not match.
    /// - Throws: `ExpressionError` when text and expression together are too big to try, or several types could read a group.
    package func match(_ text: String) throws(ExpressionError) -> [StepArgument]? {
        let scalars = Array(text.unicodeScalars)
        let ranges: [Range<Int>?]?
        do {
            var match = try MatchPattern(pattern, scalars)
            ranges = try match.run()
        } catch { throw ExpressionError(error.message) }
        guard let ranges else { return nil }
        return zip(children(of: 0, ranges, scalars), try types(for: text)).map { StepArgument(group: $0, type: $1) }
    }

    private func types(for text: String) throws(ExpressionError) -> [ParameterType?] {
        switch reading {
        case .types(let types): return types
        case .sources(let sources, let types):
            var found: [ParameterType?] = []
            for regexp in sources { found.append(try types.type(of: regexp, in: source, matching: text)) }
            return found
        }
    }

    private func children(of parent: Int, _ ranges: [Range<Int>?], _ text: [Unicode.Scalar]) -> [StepArgument.Group] {
        pattern.groups.indices.dropFirst().filter { pattern.groups[$0].parent == parent }.map { number in
            StepArgument.Group(
                start: ranges[number]?.lowerBound,
                value: ranges[number].map { String(String.UnicodeScalarView(text[$0])) },
                children: children(of: number, ranges, text))
        }
    }
}
