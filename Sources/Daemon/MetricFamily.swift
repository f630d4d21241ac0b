import Synchronization

/// One metric with its series, one for each combination of label values.
final class MetricFamily: Sendable {
    enum Kind: Sendable {
        case counter, gauge, histogram([Double])
    }

    /// `value` is the figure, or for a histogram the count of observations.
    struct Series {
        var value = 0.0
        var sum = 0.0
        var buckets: [Double] = []
    }

    let name: String
    private let help: String
    private let kind: Kind
    private let labelNames: [String]
    private let read: (@Sendable () -> Double)?
    private let allSeries = Mutex<[[String]: Series]>([:])

    init(name: String, help: String, kind: Kind, labelNames: [String], read: (@Sendable () -> Double)?) {
        self.name = name
        self.help = help
        self.kind = kind
        self.labelNames = labelNames
        self.read = read
        // A series without labels is there from the start, so that its first increase is visible.
        if labelNames.isEmpty { allSeries.withLock { $0[[]] = Series() } }
    }

    func update(_ labels: [String], _ change: (inout Series) -> Void) {
        allSeries.withLock { change(&$0[fitted(labels), default: Series()]) }
    }

    func series(_ labels: [String]) -> Series { allSeries.withLock { $0[fitted(labels)] ?? Series() } }

    func observe(_ value: Double, _ labels: [String]) {
        guard case .histogram(let bounds) = kind else { return }
        update(labels) { series in
            if series.buckets.isEmpty { series.buckets = [Double](repeating: 0, count: bounds.count) }
            for (index, bound) in bounds.enumerated() where value <= bound { series.buckets[index] += 1 }
            series.value += 1
            series.sum += value
        }
    }

    /// As many label values as there are names: a wrong call must not end the process.
    private func fitted(_ labels: [String]) -> [String] {
        guard labels.count != labelNames.count else { return labels }
        let missing = max(0, labelNames.count - labels.count)
        return Array(labels.prefix(labelNames.count)) + [String](repeating: "", count: missing)
    }

    var exposition: String {
        var text = "# HELP \(name) \(escaped(help, quotes: false))\n# TYPE \(name) \(kindName)\n"
        if let read { return text + "\(name) \(formatted(read()))\n" }
        let all = allSeries.withLock { $0.map { ($0.key, $0.value) } }
        for (labels, series) in all.sorted(by: { $0.0.lexicographicallyPrecedes($1.0) }) {
            append(series, labels, to: &text)
        }
        return text
    }

    private var kindName: String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }

    private func append(_ series: Series, _ labels: [String], to text: inout String) {
        guard case .histogram(let bounds) = kind else {
            text += "\(name)\(braces(labels)) \(formatted(series.value))\n"
            return
        }
        let buckets = series.buckets.isEmpty ? bounds.map { _ in 0 } : series.buckets
        for (bound, count) in zip(bounds, buckets) {
            text += "\(name)_bucket\(braces(labels, bound: formatted(bound))) \(formatted(count))\n"
        }
        text += "\(name)_bucket\(braces(labels, bound: "+Inf")) \(formatted(series.value))\n"
        text += "\(name)_sum\(braces(labels)) \(formatted(series.sum))\n"
        text += "\(name)_count\(braces(labels)) \(formatted(series.value))\n"
    }

    private func braces(_ labels: [String], bound: String? = nil) -> String {
        var pairs = zip(labelNames, labels).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
        if let bound { pairs.append("le=\"\(bound)\"") }
        return pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
    }

    private func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private func formatted(_ value: Double) -> String {
        if let whole = Int64(exactly: value) { return String(whole) }
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : String(value)
    }
}
