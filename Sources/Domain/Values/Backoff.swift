/// How long to wait before the next try: exponential, capped, with jitter, and only so many tries.
package struct Backoff: Equatable, Sendable {
    /// Wait after the first try, in milliseconds.
    package let baseMs: Int64
    /// Each wait is this many times the one before.
    package let factor: Int64
    /// No wait is longer, in milliseconds.
    package let capMs: Int64
    /// Tries in all; after the last there is no wait.
    package let maximumTries: Int
    /// Share of a wait, in percent, that is random: 100 is full jitter, 0 none.
    package let jitterPercent: Int64

    package init(baseMs: Int64, factor: Int64, capMs: Int64, maximumTries: Int, jitterPercent: Int64) {
        self.baseMs = max(0, baseMs)
        self.factor = max(1, factor)
        self.capMs = max(0, capMs)
        self.maximumTries = maximumTries
        self.jitterPercent = min(100, max(0, jitterPercent))
    }

    /// Telling people and machines outside: eight tries spread over about four hours.
    package static let delivery = Backoff(
        baseMs: 5_000, factor: 4, capMs: 7_200_000, maximumTries: 8, jitterPercent: 25)

    /// The longest wait after try number `number` (from 1), before jitter.
    package func ceilingMs(afterTry number: Int) -> Int64 {
        var wait = min(baseMs, capMs)
        for _ in 1..<max(1, number) {
            let (product, overflow) = wait.multipliedReportingOverflow(by: factor)
            if overflow || product >= capMs { return capMs }
            wait = product
        }
        return wait
    }

    /// The wait after try number `number` (from 1), in milliseconds; nil when that was the last try.
    package func delayMs(afterTry number: Int, using generator: inout some RandomNumberGenerator) -> Int64? {
        guard number < maximumTries else { return nil }
        let ceiling = ceilingMs(afterTry: number)
        // Divided before multiplying: a cap near Int64.max must not overflow.
        let random = ceiling / 100 * jitterPercent + ceiling % 100 * jitterPercent / 100
        return ceiling - Int64.random(in: 0...random, using: &generator)
    }

    package func delayMs(afterTry number: Int) -> Int64? {
        var generator = SystemRandomNumberGenerator()
        return delayMs(afterTry: number, using: &generator)
    }
}
