/// What is wrong with a source text, in the words of Cucumber's own parser.
package struct ParseError: Error, Hashable, Sendable {
    package let location: Location
    /// With the place in front: `(2:3): expected: …, got '…'`.
    package let message: String

    init(_ location: Location, _ problem: String) {
        self.location = location
        message = "(\(location.line):\(location.column ?? 0)): \(problem)"
    }
}

/// All that is wrong with a source text, in its order; after eleven problems the rest is not looked for.
package struct ParseErrors: Error, Hashable, Sendable {
    package let errors: [ParseError]
}
