package import Domain

/// What one bucket asks of agents and of other work.
package struct BucketTerms: Equatable, Sendable {
    package let project: ID<Project>
    package let concurrencyKey: String
    package let labels: Set<String>

    package init(project: ID<Project>, concurrencyKey: String, labels: Set<String>) {
        self.project = project
        self.concurrencyKey = concurrencyKey
        self.labels = labels
    }

    /// nil when anything may run beside it.
    var key: HeldKey? { concurrencyKey.isEmpty ? nil : HeldKey(project: project, name: concurrencyKey) }
    var demand: Demand { Demand(project: project, labels: labels) }
}

/// A concurrency key: at most one run of a project holds it.
struct HeldKey: Hashable, Sendable {
    let project: ID<Project>
    let name: String
}

/// What decides which sessions may serve a bucket: many buckets share one.
struct Demand: Hashable, Sendable {
    let project: ID<Project>
    let labels: Set<String>
}
