import Domain
import MariaDB

/// The rows of `rollups`.
struct RollupStore {
    /// Adds `changes` to what is stored; on an empty bucket that is simply storing them.
    func merge(_ changes: [RollupKey: Rollup], in tx: Transaction) throws {
        var merged = changes
        // One statement for each bucket: a batch touches one or two hours and days, and many definitions in them.
        for (slot, keys) in Dictionary(grouping: changes.keys, by: { Slot(bucket: $0.bucket, start: $0.start) }) {
            let ids = Set(keys.map(\.definition.id)).sorted()
            let stored = try tx.query(
                """
                SELECT definition_id, environment, \(sql: Self.values) FROM rollups \
                WHERE bucket = \(slot.bucket.rawValue) AND bucket_start = \(slot.start) \
                AND definition_id IN (\(list: ids)) FOR UPDATE
                """)
            let byRow = Dictionary(keys.map { (RowKey($0), $0) }, uniquingKeysWith: { first, _ in first })
            for row in stored {
                let rowKey = RowKey(definition: try row.uuid("definition_id"), environment: try row.text("environment"))
                guard let key = byRow[rowKey] else { continue }
                merged[key]?.merge(try Self.rollup(row))
            }
        }
        try write(merged, in: tx)
    }

    private func write(_ rollups: [RollupKey: Rollup], in tx: Transaction) throws {
        let rows = rollups.sorted { ($0.key.definition.id, $0.key.start) < ($1.key.definition.id, $1.key.start) }
        guard !rows.isEmpty else { return }
        try tx.bulk(
            """
            INSERT INTO rollups (definition_id, bucket, bucket_start, environment, project_id, kind, definition_key, \
            runs, passed, failed, timeout, cancelled, aborted, \
            duration_count, duration_sum_ms, duration_min_ms, duration_max_ms, sketch) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE \
            definition_key = VALUES(definition_key), runs = VALUES(runs), passed = VALUES(passed), \
            failed = VALUES(failed), timeout = VALUES(timeout), cancelled = VALUES(cancelled), \
            aborted = VALUES(aborted), duration_count = VALUES(duration_count), \
            duration_sum_ms = VALUES(duration_sum_ms), duration_min_ms = VALUES(duration_min_ms), \
            duration_max_ms = VALUES(duration_max_ms), sketch = VALUES(sketch)
            """,
            rows: rows.map { key, rollup in Self.bindings(key) + Self.bindings(rollup) })
    }

    static let values: SQL = """
        passed, failed, timeout, cancelled, aborted, duration_count, duration_sum_ms, duration_min_ms, \
        duration_max_ms, sketch
        """

    static func rollup(_ row: Row) throws -> Rollup {
        var rollup = Rollup()
        rollup.passed = try row.int("passed")
        rollup.failed = try row.int("failed")
        rollup.timeout = try row.int("timeout")
        rollup.cancelled = try row.int("cancelled")
        rollup.aborted = try row.int("aborted")
        rollup.durationCount = try row.int("duration_count")
        rollup.durationSumMs = try row.int64("duration_sum_ms")
        rollup.durationMinMs = try row.intOrNil("duration_min_ms").map(Int64.init)
        rollup.durationMaxMs = try row.intOrNil("duration_max_ms").map(Int64.init)
        rollup.sketch = try DurationSketch(encoded: row.bytes("sketch"))
        return rollup
    }

    private static func bindings(_ key: RollupKey) -> [SQLValue] {
        [
            key.definition.id.sqlValue, .text(key.bucket.rawValue), .time(key.start), .text(key.environment),
            key.definition.project.sqlValue, .text(key.definition.kind.rawValue), .text(key.definition.key),
        ]
    }

    private static func bindings(_ rollup: Rollup) -> [SQLValue] {
        let counts = [rollup.runs, rollup.passed, rollup.failed, rollup.timeout, rollup.cancelled, rollup.aborted]
        return counts.map(\.sqlValue) + [
            rollup.durationCount.sqlValue, rollup.durationSumMs.sqlValue, rollup.durationMinMs.sqlValue,
            rollup.durationMaxMs.sqlValue, .bytes(rollup.sketch.encoded),
        ]
    }

    private struct Slot: Hashable {
        let bucket: RollupBucket
        let start: Timestamp
    }

    private struct RowKey: Hashable {
        let definition: UUIDv7
        let environment: String

        init(definition: UUIDv7, environment: String) {
            self.definition = definition
            self.environment = environment
        }

        init(_ key: RollupKey) { self.init(definition: key.definition.id, environment: key.environment) }
    }
}
