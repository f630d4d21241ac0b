/// A Cucumber Expression or regular expression, ready to match the texts of steps. A value, so any thread may use it.
package struct StepExpression: Sendable {
    /// As written.
    package let source: String
    private let pattern: Pattern
    /// One for each outer group; nil where the text is only a text.
    private let types: [ParameterType?]

    /// The regular expression that is matched.
    package var regexp: String { pattern.source }

    /// - Throws: `ExpressionError` in Cucumber's words.
    package init(cucumber source: String, _ types: ParameterTypes) throws(ExpressionError) {
        var rewrite = RewriteExpression(source, types)
        let regexp = try rewrite.run()
        self = try StepExpression(source, regexp) { _ throws(ExpressionError) in rewrite.used }
    }

    /// - Throws: `ExpressionError` for what is no regular expression, or a group that several types could read.
    package init(regexp source: String, _ types: ParameterTypes) throws(ExpressionError) {
        self = try StepExpression(source, source) { groups throws(ExpressionError) in
            var found: [ParameterType?] = []
            for group in groups { found.append(try types.type(of: group, in: source)) }
            return found
        }
    }

    private init(
        _ source: String, _ regexp: String, _ typesOf: ([String]) throws(ExpressionError) -> [ParameterType?]
    ) throws(ExpressionError) {
        self.source = source
        do { pattern = try Pattern(regexp) } catch { throw ExpressionError(error.message) }
        let outer = pattern.groups.dropFirst().filter { $0.parent == 0 }.map(\.source)
        types = try typesOf(outer)
        guard types.count == outer.count else {
            throw ExpressionError(
                "Group has \(outer.count) capture groups, but there were \(types.count) parameter types")
        }
    }

    /// Nil when the text does not match.
    /// - Throws: `ExpressionError` when text and expression together are too big to try.
    package func match(_ text: String) throws(ExpressionError) -> [StepArgument]? {
        let scalars = Array(text.unicodeScalars)
        let ranges: [Range<Int>?]?
        do {
            var match = try MatchPattern(pattern, scalars)
            ranges = match.run()
        } catch { throw ExpressionError(error.message) }
        guard let ranges else { return nil }
        return zip(children(of: 0, ranges, scalars), types).map { StepArgument(group: $0, type: $1) }
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
