import Domain
import FastCGI
import Reports
import Wire

extension Routes {
    static let metrics: [Route] = [
        Route(
            .get, "/api/v1/aggregation/metrics", .project(.read, .query), "Read outcomes and durations over time",
            query: [
                .project, QueryParameter("suite", .key, "Only this test suite."),
                QueryParameter("case", .key, "Only this test case; not with suite."),
                QueryParameter(
                    "kind", .words(MeasuredKind.allCases.map(\.rawValue)), "What is measured; default suite."),
                QueryParameter("environment", .key, "Only this environment; default all together."),
                QueryParameter("bucket", .words(RollupBucket.allCases.map(\.rawValue)), "Default day."),
                QueryParameter("from", .time, "Default 30 days ago."), QueryParameter("to", .time, "Default now."),
            ], answer: AnswerDoc(200, "Buckets, oldest first.", .page("MetricBucket"))
        ) { call in
            let query = try call.metricsQuery()
            let series = try call.services.metrics.series(query)
            return .json([
                "items": .array(series.points.map(\.json)), "nextCursor": .null, "asOf": .time(series.asOf),
            ])
        }
    ]
}

extension Call {
    fileprivate func metricsQuery() throws -> MetricsQuery {
        guard query.text("suite") == nil || query.text("case") == nil else {
            throw Problem.invalid("?case", "may not stand beside suite")
        }
        let named: MeasuredKind? = query.text("suite") != nil ? .suite : query.text("case") != nil ? .testCase : nil
        let to = query.time("to") ?? now
        let wanted = MetricsQuery(
            project: try project(), kind: named ?? query.text("kind").flatMap(MeasuredKind.init) ?? .suite,
            key: query.text("suite") ?? query.text("case"), environment: query.text("environment"),
            bucket: query.text("bucket").flatMap(RollupBucket.init) ?? .day,
            from: query.time("from") ?? to.adding(ms: -30 * 86_400_000), to: to)
        guard wanted.faults.isEmpty else { throw Problem.invalid(wanted.faults) }
        return wanted
    }
}

extension MetricPoint {
    fileprivate var json: JSONValue {
        [
            "bucketStart": .time(bucketStart), kind.rawValue: .string(key), "runs": .count(rollup.runs),
            "passed": .count(rollup.passed), "failed": .count(rollup.failed), "timeout": .count(rollup.timeout),
            "cancelled": .count(rollup.cancelled), "aborted": .count(rollup.aborted),
            "passRate": .number(orNull: rollup.passRate),
            "durationMs": [
                "mean": .number(orNull: rollup.durationMeanMs), "min": .count(rollup.durationMinMs.map { Int($0) }),
                "max": .count(rollup.durationMaxMs.map { Int($0) }),
                "p50": .number(orNull: rollup.sketch.quantile(0.5)),
                "p95": .number(orNull: rollup.sketch.quantile(0.95)),
            ],
        ]
    }
}
