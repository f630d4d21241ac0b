package import Domain
package import MariaDB
import Synchronization

/// All leases of one process, renewed by one statement every 1.2 s; loops ask memory, not the database.
///
/// A lease is trusted for less time than its row lives, counted from before the renewal was sent, so that two processes
/// never both believe to lead. A loop's own transactions prove it again with `LeaderLease.touch`.
package final class Leaderships: Sendable {
    /// How long a renewal is trusted, of the 3 s that the row lives.
    static let trustMs: Int64 = 2500
    /// How often `runOnce` is due: seldom, because each is a commit of an idle stack, and twice before trust ends.
    package static let renewMs = 1200

    package let owner: UUIDv7
    private let pool: Pool
    private let held = Mutex<[String: Held]>([:])

    private struct Held {
        var lease: LeaderLease?
        var trustedUntilMs: Int64 = .min
    }

    package init(owner: UUIDv7, pool: Pool) {
        self.owner = owner
        self.pool = pool
    }

    /// Makes this process stand for `name`, from the next `runOnce` on.
    package func stand(for name: String) { held.withLock { $0[name] = $0[name] ?? Held() } }

    /// The lease of `name` while this process leads; no statement.
    package func lease(_ name: String, monotonicMs: Int64) -> LeaderLease? {
        held.withLock { held in
            guard let one = held[name], monotonicMs < one.trustedUntilMs else { return nil }
            return one.lease
        }
    }

    /// A transaction found somebody else in the row: do not lead until it was acquired again.
    package func lost(_ name: String) {
        held.withLock { held in
            held[name]?.lease = nil
            held[name]?.trustedUntilMs = .min
        }
    }

    /// Renews what is held and takes what is free; call every `renewMs`.
    ///
    /// - Returns: names newly led.
    package func runOnce(monotonicMs: Int64) throws -> [String] {
        let names = held.withLock { $0.keys.sorted() }
        // A row that its own loop has touched a moment ago needs nothing: skipping it never waits for that loop.
        let renewed = try pool.read { connection in
            try connection.execute(
                """
                UPDATE leaderships SET lease_until = UTC_TIMESTAMP(3) + INTERVAL \(LeaderLease.leaseMs * 1000) MICROSECOND
                WHERE owner = \(owner) AND lease_until BETWEEN UTC_TIMESTAMP(3) AND UTC_TIMESTAMP(3) + INTERVAL 2500000 MICROSECOND
                """)
        }
        let mine = held.withLock { $0.filter { $0.value.lease != nil }.count }
        if renewed == names.count, mine == names.count {
            trust(names, since: monotonicMs)
            return []
        }
        return try compare(names, monotonicMs)
    }

    private func trust(_ names: [String], since monotonicMs: Int64) {
        held.withLock { held in
            for name in names where held[name]?.lease != nil {
                held[name]?.trustedUntilMs = monotonicMs + Self.trustMs
            }
        }
    }

    /// Reads who leads what, keeps what is ours and takes what is free.
    private func compare(_ names: [String], _ monotonicMs: Int64) throws -> [String] {
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT name, owner, epoch, lease_until > UTC_TIMESTAMP(3) + INTERVAL \((Self.trustMs - Int64(Self.renewMs)) * 1000) MICROSECOND safe,
                  lease_until > UTC_TIMESTAMP(3) live FROM leaderships WHERE name IN (\(list: names))
                """)
        }
        var states: [String: (isOurs: Bool, isSafe: Bool, isLive: Bool, epoch: Int64)] = [:]
        for row in rows {
            states[try row.text("name")] = (
                try row.uuid("owner") == owner, try row.bool("safe"), try row.bool("live"), try row.int64("epoch")
            )
        }
        var taken: [String] = []
        for name in names {
            let state = states[name]
            let known = held.withLock { $0[name]?.lease }
            if let state, state.isLive, !state.isOurs {
                lost(name)
            } else if let state, state.isOurs, state.isSafe, known?.epoch == state.epoch {
                // Read now, with at least that long to live; its next renewal comes before.
                held.withLock { $0[name]?.trustedUntilMs = monotonicMs + Self.trustMs - Int64(Self.renewMs) }
            } else if try take(name, monotonicMs) {
                taken.append(name)
            }
        }
        return taken
    }

    private func take(_ name: String, _ monotonicMs: Int64) throws -> Bool {
        let lease = try LeaderLease.acquire(name, owner: owner, pool)
        return held.withLock { held in
            let isNew = lease != nil && held[name]?.lease?.epoch != lease?.epoch
            held[name] = Held(lease: lease, trustedUntilMs: lease == nil ? .min : monotonicMs + Self.trustMs)
            return isNew
        }
    }

    /// Gives everything back at once, for a clean stop.
    package func release() throws {
        held.withLock { held in for name in held.keys { held[name] = Held() } }
        try LeaderLease.releaseAll(of: owner, pool)
    }
}
