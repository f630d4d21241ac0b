package import Domain
package import MariaDB
import Synchronization

/// Everything that is sent to the outside: marks what is due, sends it outside any transaction, records how it went.
///
/// A sender that dies in between leaves `sending`; the message is sent again a minute later, with the same id. Safe on
/// several threads and processes at once: taking a message is compare-and-set. Limits hold for this object.
package final class DeliveryQueue: Sendable {
    private let pool: Pool
    private let couriers: [String: any Courier]
    private let backoff: Backoff
    private let clock: @Sendable () -> Int64
    private let note: FaultNote
    private let traffic: Mutex<Traffic>

    /// - Parameters:
    ///   - clock: monotonic milliseconds.
    ///   - note: told of rows that cannot be read; the others go on.
    package init(
        pool: Pool, couriers: [any Courier], backoff: Backoff = .delivery, limits: DeliveryLimits = DeliveryLimits(),
        clock: @escaping @Sendable () -> Int64, note: @escaping FaultNote = { _, _ in }
    ) {
        self.pool = pool
        self.couriers = Dictionary(couriers.map { ($0.kind, $0) }, uniquingKeysWith: { first, _ in first })
        self.backoff = backoff
        self.clock = clock
        self.note = note
        traffic = Mutex(Traffic(limits))
    }

    /// Takes at most `room` messages; each is to be carried out at once. Call on one thread at a time. Blocks.
    /// - Throws: what `touch` throws when the leadership is lost, `DatabaseError`.
    package func claim(room: Int, touch: LeaseTouch) throws -> (taken: [Delivery], gaveUp: Int) {
        guard room > 0, try pool.read({ try Self.isDue($0) }) else { return ([], 0) }
        var seen = traffic.withLock { $0 }
        let due = try pool.read {
            try FindDue(couriers: couriers, note: note).run(&seen, atMs: clock(), in: $0)
        }
        traffic.withLock { $0.takeHolds(of: seen) }
        guard !due.isEmpty else { return ([], 0) }
        let claim = try pool.transaction { tx in
            try touch(tx)
            return try ClaimDue(maximumTries: backoff.maximumTries).run(due, room: room, in: tx)
        }
        traffic.withLock { traffic in
            for delivery in claim.taken { traffic.begin(host: delivery.host, project: delivery.project) }
        }
        return (claim.taken, claim.gaveUp)
    }

    /// Sends one message and records the outcome. Blocks for as long as its receiver takes, about 20 s at most; several
    /// threads at once.
    package func carry(_ delivery: Delivery) throws -> DeliveryResult {
        var isUnreachable = false
        defer {
            traffic.withLock {
                $0.end(
                    host: delivery.host, project: delivery.project, isUnreachable: isUnreachable, atMs: clock())
            }
        }
        guard let courier = couriers[delivery.kind] else { throw UnknownKind(kind: delivery.kind) }
        let outcome = try send(delivery, by: courier)
        isUnreachable = outcome.isUnreachable
        do {
            return try record(outcome, of: delivery, by: courier)
        } catch  where isPoison(error) {
            // What was said must not decide whether it is said again.
            note("delivery \(delivery.id)", error)
            var bare = outcome
            (bare.detail, bare.reply) = (nil, nil)
            return try record(bare, of: delivery, by: courier)
        }
    }

    private func record(
        _ outcome: DeliveryOutcome, of delivery: Delivery, by courier: any Courier
    ) throws -> DeliveryResult {
        let record = RecordOutcome(courier: courier, backoff: backoff)
        return try pool.transaction { try record.run(outcome, of: delivery, in: $0) }
    }

    /// One message from claim to record on this thread.
    package func runOnce(touch: LeaseTouch) throws -> DeliveryResult {
        let claim = try claim(room: 1, touch: touch)
        guard let delivery = claim.taken.first else {
            return DeliveryResult(gaveUp: claim.gaveUp, mayBeMore: claim.gaveUp > 0)
        }
        return try carry(delivery)
    }

    private static func isDue(_ connection: Connection) throws -> Bool {
        try !connection.query(
            """
            SELECT 1 AS found FROM deliveries WHERE state IN ('pending', 'sending') AND due_at <= UTC_TIMESTAMP(3) \
            LIMIT 1
            """
        ).isEmpty
    }

    /// What cannot be read or rendered fails like a receiver that refuses: tried again, then given up in the log.
    private func send(_ delivery: Delivery, by courier: any Courier) throws -> DeliveryOutcome {
        do {
            let row = try pool.read { try $0.first("SELECT body FROM deliveries WHERE id = \(delivery.id)") }
            return try courier.send(delivery, body: row?.textOrNil("body"))
        } catch  where isPoison(error) {
            note("delivery \(delivery.id)", error)
            return DeliveryOutcome(reason: "unreadable", detail: "The message cannot be made from what is stored.")
        }
    }
}
