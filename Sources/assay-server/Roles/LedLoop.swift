import Daemon
import Domain
import Executions
import MariaDB
import Synchronization

/// Makes loops that work only while their process holds the leadership of that name.
struct LedLoops: Sendable {
    let parts: ServerParts
    /// One owner for all loops of a process, so that two of them may share a name.
    let owner: UUIDv7
    let doorbell: Doorbell
    let metrics: Metrics

    private static let renewMs: Int64 = 1000

    /// - Parameters:
    ///   - leadership: a name of the `leaderships` table.
    ///   - pass: one pass; its argument proves the leadership inside a transaction. True means: go on at once.
    func make(
        _ name: String, leadership: String, intervalMs: Int = 250,
        pass: @escaping @Sendable ((Transaction) throws -> Void) throws -> Bool
    ) throws -> Loop {
        let bell = try DoorbellReceiver(directory: parts.config.bells, kind: .scheduler)
        let held = Mutex(Held())
        return Loop(name, intervalMs: intervalMs, bell: bell, log: parts.log, metrics: metrics) { [parts, owner] in
            do {
                guard let lease = try held.withLock({ try $0.renewed(leadership, owner, parts.pool) }) else {
                    return .idle
                }
                return try pass(lease.touch) ? .more : .idle
            } catch is LeadershipLost {
                held.withLock { $0.lease = nil }
                return .idle
            }
        }
    }

    private struct Held {
        var lease: LeaderLease?
        var askedAtMs: Int64 = 0

        mutating func renewed(_ name: String, _ owner: UUIDv7, _ pool: Pool) throws -> LeaderLease? {
            let now = SystemClock.monotonicMs()
            if lease != nil, now - askedAtMs < LedLoops.renewMs { return lease }
            lease = try LeaderLease.acquire(name, owner: owner, pool)
            askedAtMs = now
            return lease
        }
    }
}
