package import Feed
import MariaDB

/// How long the counts of runs are kept.
package enum RollupRetention {
    package static let rules: [RetentionRule] = [
        .rows("rollups", about: "counts and durations by hour and day", of: "rollups", defaultDays: 800) { before in
            "bucket IN ('hour', 'day') AND bucket_start < \(before)"
        }
    ]
}
