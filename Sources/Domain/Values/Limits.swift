/// Bounds that requests, documents and use cases share: what the API prints is what is checked.
///
/// Texts are counted in Unicode scalars, as the database and JSON Schema do; durations are milliseconds.
package enum Limits {
    /// Of people, projects, tokens, rules, channels, triggers, subscriptions.
    package static let name = 1...100
    /// Of test cases, suites and items.
    package static let definitionName = 1...255
    package static let stepName = 1...512
    package static let description = 0...10_000
    package static let password = 8...1024
    package static let secret = 1...65_536
    /// At most 24 hours.
    package static let timeoutMs: ClosedRange<Int64> = 1...86_400_000
    package static let stepsPerCase = 1...1000
    package static let casesPerSuite = 1...10_000
    package static let parallelCases: ClosedRange<Int64> = 1...10_000
    /// Tags of a case; labels of a case, a request, an agent.
    package static let tags = 0...50
    /// Parameters, variables of an environment, environment variables of a command.
    package static let parameters = 0...500
    package static let captures = 0...100
    package static let headers = 0...100
    package static let rows = 0...10_000
    package static let bulkItems = 0...10_000
    package static let valueText = 0...65_536
    /// Standard input, request bodies of steps.
    /// Nested arrays and objects of a document, at every door.
    package static let jsonDepth = 64
    package static let bodyText = 0...1_048_576
    package static let path = 1...4096
    package static let expression = 1...4096
    package static let tagExpression = 1...1000
    /// Address of a step, with variables.
    package static let stepURL = 1...8192
    /// Address that something is posted to or that people open.
    package static let url = 8...2000
    package static let recipients = 1...20
    package static let channelsPerRule = 0...20
    package static let windowRuns: ClosedRange<Int64> = 1...100
    /// A share of 1; nothing is ever below 0.
    package static let threshold = 0.0001...1
    package static let comment = 1...500
}

/// What is wrong with `text`; nil when it fits. `length` counts Unicode scalars.
package func textFault(_ text: String, _ length: ClosedRange<Int>, _ pattern: TextPattern? = nil) -> String? {
    if text.utf8.contains(0) { return "must not contain U+0000" }
    let count = text.unicodeScalars.count
    if count < length.lowerBound {
        return count == 0 ? "must not be empty" : "must be at least \(length.lowerBound) characters"
    }
    if count > length.upperBound { return "must be at most \(length.upperBound) characters" }
    guard let pattern, !pattern.matches(text) else { return nil }
    return "must be \(pattern.description)"
}

/// What is wrong with a name that people read in mails, logs and lists; nil when it fits.
package func nameFault(_ name: String, at pointer: String = "/name") -> FieldFault? {
    textFault(name, Limits.name, .name).map { FieldFault(pointer, $0) }
}

/// What is wrong with the name of a variable, a parameter or a capture; nil when it fits.
package func nameFault(ofVariable name: String) -> String? {
    TextPattern.variable.matches(name) ? nil : "name must be \(TextPattern.variable.description)"
}

/// What is wrong with how many there are of something; nil when it fits.
package func countFault(_ count: Int, _ allowed: ClosedRange<Int>) -> String? {
    if count < allowed.lowerBound { return "must have at least \(allowed.lowerBound) entries" }
    return count > allowed.upperBound ? "must have at most \(allowed.upperBound) entries" : nil
}
