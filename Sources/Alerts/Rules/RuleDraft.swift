package import Domain

/// A rule as asked for; `faults` says what is wrong with it.
package struct RuleDraft: Equatable, Sendable {
    package var name: String
    package var metric: String
    package var suite: String
    package var comparison: String
    package var threshold: Double
    package var windowRuns: Int
    package var minimumSamples: Int
    package var severity: String
    package var channels: [ID<Channel>]

    package init(
        name: String, metric: String = AlertMeasure.passRate.name, suite: String, comparison: String = "below",
        threshold: Double,
        windowRuns: Int, minimumSamples: Int = 3, severity: String = AlertSeverity.warning.rawValue,
        channels: [ID<Channel>] = []
    ) {
        self.name = name
        self.metric = metric
        self.suite = suite
        self.comparison = comparison
        self.threshold = threshold
        self.windowRuns = windowRuns
        self.minimumSamples = minimumSamples
        self.severity = severity
        self.channels = channels
    }

    /// Everything that can be said without the database; pointers into the request body.
    package var faults: [FieldFault] {
        var faults = [nameFault(name)].compactMap(\.self)
        let known = AlertMeasure.named(metric)
        // What can be said besides holds for most measures.
        let measure = known ?? .passRate
        if known == nil {
            faults.append(FieldFault("/metric", "must be \(AlertMeasure.names.joined(separator: " or "))"))
        }
        if !TextPattern.key.matches(suite) { faults.append(FieldFault("/suite", "must be the key of a suite")) }
        if !measure.comparisons.contains(comparison) {
            let words = measure.comparisons.joined(separator: " or ")
            faults.append(FieldFault("/comparison", "must be \(words)"))
        }
        if let fault = measure.thresholdFault(threshold) { faults.append(FieldFault("/threshold", fault)) }
        if !Limits.windowRuns.contains(Int64(windowRuns)) {
            faults.append(FieldFault("/window/runs", "must be between 1 and \(Limits.windowRuns.upperBound)"))
        }
        if !(1...max(1, windowRuns)).contains(minimumSamples) {
            faults.append(FieldFault("/minimumSamples", "must be between 1 and window.runs"))
        }
        if AlertSeverity(rawValue: severity) == nil {
            faults.append(FieldFault("/severity", "must be critical, warning or info"))
        }
        if let fault = countFault(channels.count, Limits.channelsPerRule) {
            faults.append(FieldFault("/channels", fault))
        }
        if Set(channels).count != channels.count { faults.append(FieldFault("/channels", "must not repeat a channel")) }
        return faults
    }
}
