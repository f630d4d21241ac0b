import Domain
import MariaDB

/// Writes how a try went, unless the message was meanwhile taken by another sender.
struct RecordOutcome {
    let courier: any Courier
    let backoff: Backoff

    func run(_ outcome: DeliveryOutcome, of delivery: Delivery, in tx: Transaction) throws -> DeliveryResult {
        var result = DeliveryResult(mayBeMore: true)
        if let reason = outcome.reason {
            let wait = outcome.isFinal ? nil : backoff.delayMs(afterTry: delivery.tryOfRound)
            let detail = outcome.detail?.cut(codePoints: 255)
            if let wait {
                result.retried = try tx.execute(
                    """
                    UPDATE deliveries SET state = 'pending', due_at = \(tx.now.adding(ms: max(wait, outcome.waitMs))), \
                    reason = \(reason.cut(codePoints: 64)), detail = \(detail) WHERE \(sql: delivery.isOurs)
                    """)
            } else {
                result.gaveUp = try end("gaveUp", reason, detail, delivery, in: tx)
            }
        } else {
            result.delivered = try end("delivered", nil, nil, delivery, in: tx)
        }
        guard result.delivered + result.retried + result.gaveUp == 1 else { return result }
        try note(outcome, of: delivery, in: tx)
        let isDisabled = try courier.settle(outcome, of: delivery, gaveUp: result.gaveUp == 1, in: tx)
        result.receiversDisabled = isDisabled ? 1 : 0
        return result
    }

    private func end(
        _ state: String, _ reason: String?, _ detail: String?, _ delivery: Delivery, in tx: Transaction
    ) throws -> Int {
        try tx.execute(
            """
            UPDATE deliveries SET state = \(state), due_at = NULL, reason = \(reason?.cut(codePoints: 64)), \
            detail = \(detail), finished_at = \(tx.now) WHERE \(sql: delivery.isOurs)
            """)
    }

    private func note(_ outcome: DeliveryOutcome, of delivery: Delivery, in tx: Transaction) throws {
        try tx.execute(
            """
            INSERT INTO delivery_attempts (delivery_id, try, at, duration_ms, status, reason, reply) \
            VALUES (\(delivery.id), \(delivery.tries), \(delivery.takenAt), \(max(0, outcome.durationMs)), \
            \(outcome.status), \(outcome.reason?.cut(codePoints: 64)), \(outcome.reply?.cut(codePoints: 500))) \
            ON DUPLICATE KEY UPDATE at = at
            """)
    }
}
