/// The one sentence that says what happened; shown in the browser, the mail and the webhook alike.
package enum AlertSentence {
    /// "Pass rate of suite nightly is 40 % over the last 10 runs, below 90 %."
    package static func opened(suite: String, value: Double, samples: Int, threshold: Double) -> String {
        "Pass rate of suite \(suite) is \(percent(value)) over the last \(runs(samples)), below \(percent(threshold))."
    }

    /// "Pass rate of suite nightly is back at 95 % over the last 10 runs, at least 90 %."
    package static func resolved(suite: String, value: Double, samples: Int, threshold: Double) -> String {
        "Pass rate of suite \(suite) is back at \(percent(value)) over the last \(runs(samples)), "
            + "at least \(percent(threshold))."
    }

    /// A share as a percentage with at most one digit after the point; 89.96 % is never shown as 90 %.
    package static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "? %" }
        // The small addend absorbs binary fractions: 0.57 * 1000 is 569.999….
        let tenths = Int((min(1, max(0, share)) * 1000 + 1e-6).rounded(.down))
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }

    private static func runs(_ count: Int) -> String { count == 1 ? "run" : "\(count) runs" }
}
