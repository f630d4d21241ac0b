import Daemon
import Executions
import Feed
import MariaDB

/// The figures of all roles of a stack, each in a file of its own, so that one scrape through nginx sees all of them
/// and two api processes do not answer in turns with counters of their own.
struct FigureShelf: Sendable {
    let directory: String
    let role: String

    /// Standard figures of a role, and a loop that puts them on the shelf every two seconds.
    static func loop(_ parts: ServerParts, _ metrics: Metrics) -> Loop {
        let shelf = FigureShelf(parts.config)
        let pool = parts.pool
        metrics.gauge("assay_db_connections", help: "Open database connections.") { Double(pool.statistics.open) }
        metrics.gauge("assay_db_waiting", help: "Threads that wait for a connection.") {
            Double(pool.statistics.waiting)
        }
        return Loop("figures", intervalMs: 2000, log: parts.log) {
            shelf.publish(metrics.exposition())
            return .idle
        }
    }

    init(_ config: Config) {
        directory = config.home + "/run/figures"
        role = config.roleName
    }

    /// A disk that is full costs figures, not the role.
    func publish(_ text: String) { try? writeFile("\(directory)/\(role).prom", text, mode: 0o600) }

    /// The text of all roles with a label `role`; this process's own is fresh, others are at most two seconds old.
    func everything(own: String) -> String {
        var texts = [role: own]
        for file in listDirectory(directory) where file.hasSuffix(".prom") && file != role + ".prom" {
            texts[String(file.dropLast(5))] = readFile("\(directory)/\(file)")
        }
        return mergedFigures(texts)
    }
}

/// Joins expositions: one head for each family, then its samples of every role.
func mergedFigures(_ texts: [String: String]) -> String {
    var order: [String] = []
    var heads: [String: [Substring]] = [:]
    var samples: [String: [String]] = [:]
    for (role, text) in texts.sorted(by: { $0.key < $1.key }) {
        var family = ""
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# ") {
                family = line.split(separator: " ").dropFirst(2).first.map(String.init) ?? ""
                if samples[family] == nil { order.append(family) }
                if samples[family]?.isEmpty ?? true, heads[family]?.contains(line) != true {
                    heads[family, default: []].append(line)
                }
                samples[family] = samples[family] ?? []
            } else {
                samples[family, default: []].append(labelled(line, role))
            }
        }
    }
    return order.map { family in
        ((heads[family] ?? []).map(String.init) + (samples[family] ?? [])).joined(separator: "\n") + "\n"
    }.joined()
}

private func labelled(_ sample: Substring, _ role: String) -> String {
    guard let end = sample.firstIndex(where: { $0 == "{" || $0 == " " }) else { return String(sample) }
    let rest = sample[end...]
    let name = sample[..<end]
    return rest.first == "{" ? "\(name){role=\"\(role)\",\(rest.dropFirst())" : "\(name){role=\"\(role)\"}\(rest)"
}

extension Metrics {
    /// What `events` shows besides.
    func follow(feedLagOf health: ReadHealth, _ setAside: SetAsideItems) {
        gauge("assay_set_aside", help: "Items that loops stepped over and will try again.") {
            (try? setAside.count()).map(Double.init) ?? -1
        }
        gauge("assay_feed_lag_seconds", help: "Age of the oldest event that is not in the feed yet.") {
            (try? health.read()).map { Double($0.feedLagMs) / 1000 } ?? -1
        }
    }
}
