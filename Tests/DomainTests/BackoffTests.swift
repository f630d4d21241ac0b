import Domain
import Testing

@Suite struct BackoffTests {
    @Test func `waits grow up to the cap, and there are only so many`() {
        let backoff = Backoff(baseMs: 1_000, factor: 3, capMs: 10_000, maximumTries: 5, jitterPercent: 0)
        #expect((1...5).map { backoff.delayMs(afterTry: $0) } == [1_000, 3_000, 9_000, 10_000, nil])
        #expect(backoff.delayMs(afterTry: 0) == 1_000)
    }

    @Test func `jitter only shortens a wait, by its share at most`() {
        var generator = SystemRandomNumberGenerator()
        let backoff = Backoff.delivery
        for number in 1..<backoff.maximumTries {
            let ceiling = backoff.ceilingMs(afterTry: number)
            for _ in 0..<50 {
                let delay = backoff.delayMs(afterTry: number, using: &generator) ?? -1
                #expect(delay <= ceiling && delay >= ceiling - ceiling / 4)
            }
        }
    }

    @Test func `a delivery is tried eight times over some hours`() {
        let total = (1...7).map { Backoff.delivery.ceilingMs(afterTry: $0) }.reduce(0, +)
        #expect(total > 3 * 3_600_000 && total < 5 * 3_600_000)
        #expect(Backoff.delivery.delayMs(afterTry: 8) == nil)
    }

    @Test func `extreme figures neither trap nor go backwards`() {
        let huge = Backoff(baseMs: .max, factor: .max, capMs: .max, maximumTries: 1_000, jitterPercent: 900)
        for number in [1, 2, 900] { #expect((huge.delayMs(afterTry: number) ?? -1) >= 0) }
        let nothing = Backoff(baseMs: -5, factor: -1, capMs: -1, maximumTries: 3, jitterPercent: -4)
        #expect(nothing.delayMs(afterTry: 2) == 0)
    }
}
