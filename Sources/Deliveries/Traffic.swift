import Domain

/// How much goes out at once, and when a host is left alone.
package struct DeliveryLimits: Equatable, Sendable {
    /// Messages under way to one host.
    package var perHost = 4
    /// Messages under way for one project.
    package var perProject = 4
    /// Tries in a row that nobody answered, after which a host is left alone.
    package var breakerFailures = 5
    /// The first pause; each failed probe doubles it.
    package var pauseMs: Int64 = 30_000
    package var longestPauseMs: Int64 = 600_000
    /// A target that cannot be read is looked at again after this.
    package var holdMs: Int64 = 60_000

    package init() {}
}

/// What is under way, and which hosts do not answer. Pure; time is monotonic milliseconds.
struct Traffic {
    private struct Host {
        var underWay = 0
        var failures = 0
        var pausedUntilMs: Int64 = 0
    }

    let limits: DeliveryLimits
    private var hosts: [String: Host] = [:]
    private var projects: [ID<Project>: Int] = [:]
    private var held: [UUIDv7: Int64] = [:]

    init(_ limits: DeliveryLimits) { self.limits = limits }

    /// How many more messages may be on their way to `host` for `project`.
    func room(host: String, project: ID<Project>, atMs now: Int64) -> Int {
        let known = hosts[host] ?? Host()
        let free = limits.perProject - underWay(for: project)
        if known.failures < limits.breakerFailures { return max(0, min(free, limits.perHost - known.underWay)) }
        // One probe after the pause, whoever it is for.
        return known.pausedUntilMs <= now && known.underWay == 0 ? max(0, min(free, 1)) : 0
    }

    func underWay(for project: ID<Project>) -> Int { projects[project] ?? 0 }

    mutating func begin(host: String, project: ID<Project>) {
        projects[project, default: 0] += 1
        hosts[host, default: Host()].underWay += 1
    }

    mutating func end(host: String, project: ID<Project>, isUnreachable: Bool, atMs now: Int64) {
        let left = underWay(for: project) - 1
        projects[project] = left > 0 ? left : nil
        var known = hosts[host] ?? Host()
        known.underWay = max(0, known.underWay - 1)
        // Without a host there is nobody to leave alone.
        known.failures = isUnreachable && !host.isEmpty ? known.failures + 1 : 0
        let surplus = known.failures - limits.breakerFailures
        if surplus >= 0 {
            known.pausedUntilMs = now + min(limits.longestPauseMs, limits.pauseMs << Int64(min(surplus, 20)))
        }
        hosts[host] = known.underWay > 0 || known.failures > 0 ? known : nil
    }

    /// Takes over the holds that a copy has noted.
    mutating func takeHolds(of copy: Traffic) { held = copy.held }

    func isHeld(_ target: UUIDv7, atMs now: Int64) -> Bool { (held[target] ?? 0) > now }

    mutating func hold(_ target: UUIDv7, atMs now: Int64) {
        held = held.filter { $0.value > now }
        held[target] = now + limits.holdMs
    }
}
