package import Domain
package import MariaDB

/// What `GET /aggregation/metrics` asks for.
package struct MetricsQuery: Sendable {
    package var project: ID<Project>
    package var kind: MeasuredKind
    /// Key of one suite or case; nil = all of them.
    package var key: String?
    /// nil = all environments together.
    package var environment: String?
    package var bucket: RollupBucket
    /// Inclusive.
    package var from: Timestamp
    /// Exclusive.
    package var to: Timestamp

    package init(
        project: ID<Project>, kind: MeasuredKind, key: String? = nil, environment: String? = nil,
        bucket: RollupBucket, from: Timestamp, to: Timestamp
    ) {
        self.project = project
        self.kind = kind
        self.key = key
        self.environment = environment
        self.bucket = bucket
        self.from = from
        self.to = to
    }

    /// What is wrong with it; pointers name query parameters.
    package var faults: [FieldFault] {
        guard from < to else { return [FieldFault("?to", "must be later than from")] }
        let buckets = to.milliseconds(since: from) / bucket.lengthMs
        guard buckets <= Metrics.maximumBuckets else {
            return [FieldFault("?from", "must be at most \(Metrics.maximumBuckets) buckets before to")]
        }
        return []
    }
}

/// One bucket of one suite or case.
package struct MetricPoint: Equatable, Sendable {
    package let bucketStart: Timestamp
    package let kind: MeasuredKind
    package let key: String
    package let rollup: Rollup
}

/// A series and how fresh it is.
package struct MetricSeries: Equatable, Sendable {
    /// Oldest first, then by key.
    package let points: [MetricPoint]
    /// When the fold last moved; nil when nothing was ever folded.
    package let asOf: Timestamp?
}

/// Reads rollups.
package struct Metrics: Sendable {
    package static let maximumBuckets: Int64 = 1_500
    private static let maximumRows = 20_000

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The buckets with at least one run; none for a project, suite or case without runs. Blocks.
    package func series(_ query: MetricsQuery) throws -> MetricSeries {
        try pool.read { connection in
            let cursor = try connection.query(
                "SELECT updated_at FROM feed_cursors WHERE name = \(FoldRollups.cursorName)"
            ).first
            var points: [MetricPoint] = []
            for row in try connection.query(Self.statement(query)) {
                points.add(
                    try row.time("bucket_start"), query.kind, try row.text("definition_key"),
                    try RollupStore.rollup(row))
            }
            return MetricSeries(points: points, asOf: try cursor?.time("updated_at"))
        }
    }

    private static func statement(_ query: MetricsQuery) -> SQL {
        var sql: SQL = """
            SELECT bucket_start, definition_key, \(sql: RollupStore.values) FROM rollups \
            WHERE project_id = \(query.project) AND kind = \(query.kind.rawValue) \
            AND bucket = \(query.bucket.rawValue) AND bucket_start >= \(query.from) AND bucket_start < \(query.to)
            """
        if let key = query.key { sql += " AND definition_key = \(key)" }
        if let environment = query.environment { sql += " AND environment = \(environment)" }
        return sql + " ORDER BY bucket_start, definition_key LIMIT \(maximumRows)"
    }
}

extension [MetricPoint] {
    /// Rows come sorted, so those of one bucket and key, which differ by environment, are neighbours.
    fileprivate mutating func add(_ start: Timestamp, _ kind: MeasuredKind, _ key: String, _ rollup: Rollup) {
        guard let last, last.bucketStart == start, last.key == key else {
            append(MetricPoint(bucketStart: start, kind: kind, key: key, rollup: rollup))
            return
        }
        var merged = last.rollup
        merged.merge(rollup)
        self[count - 1] = MetricPoint(bucketStart: start, kind: kind, key: key, rollup: merged)
    }
}
