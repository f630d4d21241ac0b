import Domain
package import Reports
import Wire

extension Slice {
    /// Outcomes and durations over time.
    static let metrics = Slice(
        routes: Routes.metrics,
        answers: AnswerShapes.metrics)
}

extension Services {
    package var recentOutcomes: RecentOutcomes { RecentOutcomes(pool: pool) }
    package var metrics: Reports.Metrics { Reports.Metrics(pool: pool) }
}

extension AnswerShapes {
    fileprivate static let metrics: [String: Shape] = [
        "MetricBucket": .answer(
            [
                "bucketStart": .time, "runs": .whole, "passed": .whole, "failed": .whole, "timeout": .whole,
                "cancelled": .whole, "aborted": .whole, "passRate": Shape.real.orNull,
                "durationMs": .answer([
                    "mean": Shape.real.orNull, "min": Shape.whole.orNull, "max": Shape.whole.orNull,
                    "p50": Shape.real.orNull, "p95": Shape.real.orNull,
                ]),
            ], optional: ["suite": .key, "case": .key])
    ]
}
