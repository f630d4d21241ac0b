import Synchronization

/// The figures of one process, answered as Prometheus text. Any thread.
///
/// Names are `assay_<what>_<unit>`, counters end in `_total`. Asking again for a name gives the same family.
package final class Metrics: Sendable {
    private let families = Mutex<[String: MetricFamily]>([:])

    /// An empty registry.
    package init() {}

    /// A figure that only grows.
    package func counter(_ name: String, help: String, labels: [String] = []) -> Counter {
        Counter(family: family(name, help, .counter, labels))
    }

    /// A figure that goes up and down.
    package func gauge(_ name: String, help: String, labels: [String] = []) -> Gauge {
        Gauge(family: family(name, help, .gauge, labels))
    }

    /// A gauge whose value `read` answers at each scrape, on the scraping thread.
    package func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        _ = family(name, help, .gauge, [], read: read)
    }

    /// The distribution of a measure. `bounds` are the upper ends of its buckets, ascending, in the unit of the name.
    package func histogram(
        _ name: String, help: String, labels: [String] = [], bounds: [Double] = Histogram.secondBounds
    ) -> Histogram {
        Histogram(family: family(name, help, .histogram(bounds), labels))
    }

    private func family(
        _ name: String, _ help: String, _ kind: MetricFamily.Kind, _ labels: [String],
        read: (@Sendable () -> Double)? = nil
    ) -> MetricFamily {
        families.withLock { families in
            if let known = families[name] { return known }
            let fresh = MetricFamily(name: name, help: help, kind: kind, labelNames: labels, read: read)
            families[name] = fresh
            return fresh
        }
    }

    /// All figures in the text format 0.0.4, families by name.
    package func exposition() -> String {
        let all = families.withLock { Array($0.values) }
        return all.sorted { $0.name < $1.name }.map(\.exposition).joined()
    }
}

/// A figure that only grows.
package struct Counter: Sendable {
    let family: MetricFamily

    /// Adds `amount` (negative ones are ignored) to the series of these label values.
    package func increment(_ labels: String..., by amount: Double = 1) {
        if amount > 0 { family.update(labels) { $0.value += amount } }
    }

    /// The value now; 0 for a series that does not exist.
    package func value(_ labels: String...) -> Double { family.series(labels).value }
}

/// A figure that goes up and down.
package struct Gauge: Sendable {
    let family: MetricFamily

    /// Replaces the value.
    package func set(_ value: Double, _ labels: String...) { family.update(labels) { $0.value = value } }

    /// Adds `amount`, which may be negative.
    package func add(_ amount: Double, _ labels: String...) { family.update(labels) { $0.value += amount } }

    /// The value now; 0 for a series that does not exist.
    package func value(_ labels: String...) -> Double { family.series(labels).value }
}

/// The distribution of a measure.
package struct Histogram: Sendable {
    /// 1 ms to 10 s.
    package static let secondBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    let family: MetricFamily

    /// Counts one measure.
    package func observe(_ value: Double, _ labels: String...) { family.observe(value, labels) }

    /// How often the series was observed.
    package func count(_ labels: String...) -> Double { family.series(labels).value }
}
