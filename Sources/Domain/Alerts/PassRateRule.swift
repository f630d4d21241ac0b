extension AlertMeasure {
    /// The share of runs that passed.
    package static let passRate = AlertMeasure(
        name: "passRate", comparisons: ["below"],
        thresholdFault: { threshold in
            let (least, most) = (Limits.threshold.lowerBound, Limits.threshold.upperBound)
            return Limits.threshold.contains(threshold) ? nil : "must be between \(least) and \(most)"
        },
        judge: { terms, passed in
            PassRateRule(
                threshold: terms.threshold, windowRuns: terms.windowRuns, minimumSamples: terms.minimumSamples
            ).evaluate(newestFirst: passed)
        },
        opened: { terms, value, samples in
            AlertSentence.opened(suite: terms.suite, value: value, samples: samples, threshold: terms.threshold)
        },
        resolved: { terms, value, samples in
            AlertSentence.resolved(suite: terms.suite, value: value, samples: samples, threshold: terms.threshold)
        })
}

/// "Pass rate below `threshold` over the last `windowRuns` runs".
package struct PassRateRule: Equatable, Sendable {
    /// A share between 0 and 1; the rule is breached strictly below it.
    package let threshold: Double
    package let windowRuns: Int
    /// With fewer runs than this the rule says nothing, neither bad nor good.
    package let minimumSamples: Int

    package init(threshold: Double, windowRuns: Int, minimumSamples: Int) {
        self.threshold = threshold
        self.windowRuns = windowRuns
        self.minimumSamples = minimumSamples
    }

    /// Judges the newest outcomes (`true` = passed, newest first); those beyond the window are not looked at.
    ///
    /// Only runs with a verdict belong here: cancelled and aborted runs say nothing about the product.
    package func evaluate(newestFirst outcomes: some Sequence<Bool>) -> RuleReading {
        var samples = 0
        var passed = 0
        for outcome in outcomes.prefix(max(0, windowRuns)) {
            samples += 1
            if outcome { passed += 1 }
        }
        guard samples > 0, samples >= minimumSamples else { return .insufficient(samples: samples) }
        let rate = Double(passed) / Double(samples)
        return rate < threshold ? .breached(value: rate, samples: samples) : .healthy(value: rate, samples: samples)
    }
}

/// What a rule says about its window.
package enum RuleReading: Equatable, Sendable {
    case insufficient(samples: Int)
    case healthy(value: Double, samples: Int)
    case breached(value: Double, samples: Int)

    /// What to do about it when an alert of the rule `isActive`, that is open or acknowledged.
    ///
    /// Too few samples change nothing: an alert stays open until enough good runs say otherwise.
    package func action(isActive: Bool) -> AlertAction {
        switch self {
        case .breached(let value, let samples) where !isActive: .open(value: value, samples: samples)
        case .healthy(let value, let samples) where isActive: .resolve(value: value, samples: samples)
        default: .none
        }
    }
}

/// The effect of one evaluation.
package enum AlertAction: Equatable, Sendable {
    case none
    case open(value: Double, samples: Int)
    case resolve(value: Double, samples: Int)
}
