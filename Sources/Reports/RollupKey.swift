package import Domain

/// Length of a rollup's bucket, in UTC. Raw values are the text in SQL and JSON.
package enum RollupBucket: String, CaseIterable, Sendable {
    case hour, day

    package var lengthMs: Int64 { self == .hour ? 3_600_000 : 86_400_000 }

    /// The start of the bucket that holds `instant`.
    package func start(of instant: Timestamp) -> Timestamp {
        let rest = instant.milliseconds % lengthMs
        return instant.adding(ms: -(rest < 0 ? rest + lengthMs : rest))
    }
}

/// What a rollup is about. Raw values are the text in SQL and JSON.
package enum MeasuredKind: String, CaseIterable, Sendable {
    case suite
    case testCase = "case"

    /// The run of an import counts as one of the suite it names.
    init?(ofExecution kind: String) { self.init(rawValue: kind == "import" ? "suite" : kind) }
}

/// A suite or a case whose runs are counted; the same one after its key was changed.
struct MeasuredDefinition: Hashable {
    let id: UUIDv7
    let project: ID<Project>
    let kind: MeasuredKind
    let key: String

    static func == (left: MeasuredDefinition, right: MeasuredDefinition) -> Bool { left.id == right.id }

    func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// The row a run is counted in.
struct RollupKey: Hashable {
    let definition: MeasuredDefinition
    let environment: String
    let bucket: RollupBucket
    let start: Timestamp
}
