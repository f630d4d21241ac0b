/// Something a rule can measure over the newest runs of a suite. A new one is a file beside `PassRateRule.swift` and a
/// word in `all`: requests, OpenAPI, storage and evaluation read it from there.
package struct AlertMeasure: Sendable {
    /// The word in SQL and JSON, at most 24 letters.
    package let name: String
    /// How it can be compared with the threshold; words in SQL and JSON.
    package let comparisons: [String]
    /// What is wrong with a threshold; nil when nothing is.
    package let thresholdFault: @Sendable (Double) -> String?
    /// Judges the newest outcomes, newest first.
    package let judge: @Sendable (AlertTerms, _ passed: [Bool]) -> RuleReading
    /// The sentences of an alert that opens and of one that is over.
    package let opened: @Sendable (AlertTerms, _ value: Double, _ samples: Int) -> String
    package let resolved: @Sendable (AlertTerms, _ value: Double, _ samples: Int) -> String

    package static let all: [AlertMeasure] = [.passRate]

    package static func named(_ name: String) -> AlertMeasure? { all.first { $0.name == name } }

    package static var names: [String] { all.map(\.name) }
}

extension AlertMeasure: Equatable {
    package static func == (left: AlertMeasure, right: AlertMeasure) -> Bool { left.name == right.name }
}

/// What a rule asks of its measure.
package struct AlertTerms: Equatable, Sendable {
    package let suite: String
    /// One of the measure's `comparisons`.
    package let comparison: String
    package let threshold: Double
    package let windowRuns: Int
    /// With fewer runs than this the rule says nothing, neither bad nor good.
    package let minimumSamples: Int

    package init(suite: String, comparison: String, threshold: Double, windowRuns: Int, minimumSamples: Int) {
        self.suite = suite
        self.comparison = comparison
        self.threshold = threshold
        self.windowRuns = windowRuns
        self.minimumSamples = minimumSamples
    }
}
