import Domain
import Testing

@testable import Reports

@Suite struct RollupTests {
    @Test func `verdicts count for the pass rate, cancelled and aborted do not`() {
        var rollup = Rollup()
        #expect(rollup.passRate == nil)
        #expect(rollup.durationMeanMs == nil)
        for outcome in RunOutcome.allCases { rollup.add(outcome, durationMs: 100) }
        rollup.add(.passed, durationMs: 300)
        #expect(rollup.runs == 6)
        #expect(rollup.passRate == 0.5)
        #expect(rollup.durationCount == 4)
        #expect(rollup.durationMeanMs == 150)
        #expect(rollup.durationMinMs == 100)
        #expect(rollup.durationMaxMs == 300)
    }

    @Test func `a run that never started has no duration`() {
        var rollup = Rollup()
        rollup.add(.failed, durationMs: nil)
        rollup.add(.passed, durationMs: -5)
        rollup.add(.passed, durationMs: .max)
        #expect(rollup.runs == 3)
        #expect(rollup.durationCount == 2)
        #expect(rollup.durationMinMs == 0)
        #expect(rollup.durationMaxMs == 31_536_000_000)
    }

    @Test func `merging is adding all to one`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<30 {
            var whole = Rollup()
            var parts = [Rollup(), Rollup(), Rollup()]
            for _ in 0..<100 {
                let outcome = RunOutcome.allCases.randomElement(using: &generator) ?? .passed
                let duration = Bool.random() ? Int64.random(in: 0...100_000) : nil
                whole.add(outcome, durationMs: duration)
                parts[Int.random(in: 0..<3)].add(outcome, durationMs: duration)
            }
            var merged = Rollup()
            for part in parts.shuffled() { merged.merge(part) }
            #expect(merged == whole)
        }
    }

    @Test func `buckets begin at the hour and the day in UTC`() {
        let instant = Timestamp("2026-11-21T03:39:33.466Z") ?? Timestamp(milliseconds: 0)
        #expect(RollupBucket.hour.start(of: instant).description == "2026-11-21T03:00:00.000Z")
        #expect(RollupBucket.day.start(of: instant).description == "2026-11-21T00:00:00.000Z")
        #expect(RollupBucket.day.start(of: Timestamp(milliseconds: -1)).description == "1969-12-31T00:00:00.000Z")
    }
}
