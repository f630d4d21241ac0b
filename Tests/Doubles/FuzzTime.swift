import Glibc

/// How long a parser is tried with mutated input: `ASSAY_FUZZ_SECONDS` of it, from `make fuzz`, or 2 seconds.
package enum FuzzTime {
    package static let seed = UInt64(getenv("ASSAY_FUZZ_SEED").flatMap { String(cString: $0) } ?? "") ?? 1

    /// Calls until the time is over; returns how often.
    package static func run(_ attempt: () throws -> Void) rethrows -> Int {
        let seconds = Int(getenv("ASSAY_FUZZ_SECONDS").flatMap { String(cString: $0) } ?? "") ?? 2
        let end = ContinuousClock.now + .seconds(seconds)
        var count = 0
        while ContinuousClock.now < end {
            try attempt()
            count += 1
        }
        return count
    }
}
