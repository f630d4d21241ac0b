import Daemon
import Domain
import Feed
import MariaDB

/// Makes loops that work only while their process holds the leadership of that name.
struct LedLoops: Sendable {
    let parts: ServerParts
    let leaderships: Leaderships
    let doorbell: Doorbell
    let metrics: Metrics

    /// How long polls stretch while nothing happens and no bell rings.
    static let idleMs = 2000

    /// - Parameters:
    ///   - leadership: a name of the `leaderships` table; loops may share one.
    ///   - pass: one pass under a lease whose touch proves the leadership inside a transaction. A new epoch is a
    ///     take-over: what memory knows is to be forgotten.
    func make(
        _ name: String, leadership: String, bell: BellKind, gapMs: Int = 0,
        pass: @escaping @Sendable (LeaderLease) throws -> WorkDone
    ) throws -> Loop {
        leaderships.stand(for: leadership)
        let receiver = try DoorbellReceiver(directory: parts.config.bells, kind: bell)
        return Loop(
            name, idleMs: Self.idleMs, gapMs: gapMs, bell: receiver, log: parts.log, metrics: metrics
        ) { [leaderships] in
            guard let lease = leaderships.lease(leadership, monotonicMs: SystemClock.monotonicMs()) else {
                return .standby
            }
            do {
                return try pass(lease)
            } catch is LeadershipLost {
                leaderships.lost(leadership)
                return .standby
            }
        }
    }

    /// Keeps what a loop steps over, where people see it.
    func note(_ loop: String) -> FaultNote {
        let recorder = SetAsideNotes(loop: loop, pool: parts.pool)
        return { [log = parts.log] item, error in
            log.error("item.set_aside", ["loop": .text(loop), "item": .text(item), "error": .fault(error)])
            recorder.note(item, error)
        }
    }

    /// Renews all leases of the process with one statement a second.
    func keeper() -> Loop {
        Loop("leaderships", intervalMs: Leaderships.renewMs, log: parts.log, metrics: metrics) {
            [leaderships, log = parts.log] in
            let taken = try leaderships.runOnce(monotonicMs: SystemClock.monotonicMs())
            if !taken.isEmpty { log.info("leadership.taken", ["names": .text(taken.joined(separator: ","))]) }
            return .idle
        }
    }
}
