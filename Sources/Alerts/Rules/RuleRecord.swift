package import Domain
import MariaDB

/// A stored alert rule.
package struct RuleRecord: Equatable, Sendable {
    package let id: ID<AlertRule>
    package let project: ID<Project>
    package let name: String
    package let suite: String
    /// Names an `AlertMeasure`.
    package let metric: String
    package let comparison: String
    package let threshold: Double
    package let windowRuns: Int
    package let minimumSamples: Int
    package let severity: AlertSeverity
    /// The alert that is open or acknowledged now.
    package let activeAlert: ID<Alert>?
    package internal(set) var channels: [ID<Channel>]
    package let createdAt: Timestamp
    package let updatedAt: Timestamp
    package let version: Int
    /// Since when it judges nothing.
    package let disabledAt: Timestamp?

    /// What it measures and asks of it.
    let measure: AlertMeasure
    var terms: AlertTerms {
        AlertTerms(
            suite: suite, comparison: comparison, threshold: threshold, windowRuns: windowRuns,
            minimumSamples: minimumSamples)
    }

    static let columns: SQL = """
        id, project_id, name, metric, suite_key, comparison, threshold, window_runs, minimum_samples, severity, active_alert_id, \
        created_at, updated_at, version, disabled_at
        """

    init(_ row: Row) throws(DatabaseError) {
        id = try row.id("id")
        project = try row.id("project_id")
        name = try row.text("name")
        suite = try row.text("suite_key")
        metric = try row.text("metric")
        comparison = try row.text("comparison")
        guard let known = AlertMeasure.named(metric) else { throw .decoding(column: "metric") }
        measure = known
        threshold = try row.double("threshold")
        windowRuns = try row.int("window_runs")
        minimumSamples = try row.int("minimum_samples")
        severity = try row.value("severity")
        activeAlert = try row.idOrNil("active_alert_id")
        channels = []
        createdAt = try row.time("created_at")
        updatedAt = try row.time("updated_at")
        version = try row.int("version")
        disabledAt = try row.timeOrNil("disabled_at")
    }
}
