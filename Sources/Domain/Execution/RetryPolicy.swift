/// When a failed or timed-out attempt is tried again; agent losses are counted apart.
package struct RetryPolicy: Equatable, Sendable, Codable {
    /// Tries in all, 1 to 10.
    package var maxAttempts: Int
    /// Wait before the second try; doubles with each further one, capped at 10 minutes.
    package var backoffMs: Int64
    /// Outcomes that are tried again; empty means never.
    package var on: [Verdict]

    /// Losses of an agent after which an execution is aborted and becomes a dead letter.
    package static let infrastructureLosses = 3

    package init(maxAttempts: Int = 3, backoffMs: Int64 = 1000, on: [Verdict] = []) {
        self.maxAttempts = maxAttempts
        self.backoffMs = backoffMs
        self.on = on
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        maxAttempts = try container.decodeIfPresent(Int.self, forKey: .maxAttempts) ?? 3
        backoffMs = try container.decodeIfPresent(Int64.self, forKey: .backoffMs) ?? 1000
        on = try container.decodeIfPresent([Verdict].self, forKey: .on) ?? []
    }

    /// Whether a try after `verdict` follows when `attempt` tries have been made.
    package func retries(_ verdict: Verdict, afterAttempt attempt: Int) -> Bool {
        (verdict == .failed || verdict == .timeout) && on.contains(verdict) && attempt < maxAttempts
    }

    /// Milliseconds to wait before the try after `attempt`.
    package func delayMs(afterAttempt attempt: Int) -> Int64 {
        let doublings = min(max(attempt, 1), 21) - 1
        return min(min(max(backoffMs, 0), 600_000) << Int64(doublings), 600_000)
    }
}
