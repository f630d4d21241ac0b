@testable import Domain
import Testing

@Suite struct PassRateRuleTests {
    private let rule = PassRateRule(threshold: 0.75, windowRuns: 4, minimumSamples: 2)

    @Test(
        arguments: [
            ([], RuleReading.insufficient(samples: 0)),
            ([false], .insufficient(samples: 1)),
            ([false, true], .breached(value: 0.5, samples: 2)),
            ([true, true], .healthy(value: 1, samples: 2)),
            ([true, true, false, true], .healthy(value: 0.75, samples: 4)),
            ([false, true, true, true, true], .healthy(value: 0.75, samples: 4)),
            ([true, false, false, true, true, true], .breached(value: 0.5, samples: 4)),
        ] as [([Bool], RuleReading)])
    func `only the window is judged, and only with enough runs`(outcomes: [Bool], reading: RuleReading) {
        #expect(rule.evaluate(newestFirst: outcomes) == reading)
    }

    @Test func `an odd rule never judges without a run`() {
        #expect(
            PassRateRule(threshold: 1, windowRuns: -3, minimumSamples: 0).evaluate(newestFirst: [true])
                == .insufficient(samples: 0))
    }

    @Test func `a breach opens once, health resolves, too few samples change nothing`() {
        let breached = RuleReading.breached(value: 0.5, samples: 4)
        let healthy = RuleReading.healthy(value: 0.75, samples: 4)
        #expect(breached.action(isActive: false) == .open(value: 0.5, samples: 4))
        #expect(breached.action(isActive: true) == .none)
        #expect(healthy.action(isActive: true) == .resolve(value: 0.75, samples: 4))
        #expect(healthy.action(isActive: false) == .none)
        for isActive in [true, false] {
            #expect(RuleReading.insufficient(samples: 1).action(isActive: isActive) == .none)
        }
    }
}

@Suite struct AlertStateTests {
    @Test func `every state and event`() throws {
        let allowed: [AlertState: [AlertEvent: AlertState]] = [
            .open: [.acknowledge: .acknowledged, .resolve: .resolved], .acknowledged: [.resolve: .resolved],
            .resolved: [:],
        ]
        for state in AlertState.allCases {
            for event in AlertEvent.allCases {
                if let next = allowed[state]?[event] {
                    #expect(try state.applying(event) == next)
                } else {
                    #expect(throws: InvalidAlertTransition.self) { try state.applying(event) }
                }
            }
            #expect(state.isActive == (state != .resolved))
        }
    }
}

@Suite struct AlertSentenceTests {
    @Test func `a sentence names suite, rate, runs and limit`() {
        #expect(
            AlertSentence.opened(suite: "nightly", value: 0.4, samples: 10, threshold: 0.9)
                == "Pass rate of suite nightly is 40 % over the last 10 runs, below 90 %.")
        #expect(
            AlertSentence.resolved(suite: "nightly", value: 1, samples: 1, threshold: 0.995)
                == "Pass rate of suite nightly is back at 100 % over the last run, at least 99.5 %.")
    }

    @Test(arguments: [
        (0.57, "57 %"), (0.8999, "89.9 %"), (1.0 / 3, "33.3 %"), (-1, "0 %"), (7, "100 %"), (.nan, "? %"),
    ])
    func `a percentage is never rounded up`(share: Double, text: String) {
        #expect(AlertSentence.percent(share) == text)
    }

    @Test func `a measure is found by its word and is the same as itself`() {
        #expect(AlertMeasure.named("passRate") == .passRate && AlertMeasure.named("colour") == nil)
    }
}
