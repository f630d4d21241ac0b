import Domain
import MariaDB

/// A delivery that this sender, and no other, is to post now.
struct ClaimedDelivery {
    let id: UUIDv7
    /// This try's number, from 1.
    let tries: Int
    let takenAt: Timestamp
    let body: JSONValue
    let subscriptionID: ID<Subscription>
    let subscriptionUpdatedAt: Timestamp
    let subscription: Row

    /// Condition under which the row is still this try's.
    var isOurs: SQL { "id = \(id) AND state = 'sending' AND tries = \(tries)" }

    /// Ends the delivery; 0 when it is not ours any more.
    func finish(_ state: String, _ reason: String?, in tx: Transaction) throws -> Int {
        try tx.execute(
            """
            UPDATE subscription_deliveries SET state = \(state), due_at = NULL, reason = \(reason.sqlValue), \
            finished_at = \(tx.now) WHERE \(sql: isOurs)
            """)
    }
}

/// What came of looking for a due delivery.
enum DeliveryClaim {
    case nothing
    /// It was not worth another try.
    case gaveUp
    case take(ClaimedDelivery)
}

/// Takes the delivery that is due longest.
struct ClaimDelivery {
    let maximumTries: Int

    static func dueStatement(_ now: SQL) -> SQL {
        """
        SELECT id, subscription_id, state, tries, body FROM subscription_deliveries \
        WHERE state IN ('pending', 'sending') AND due_at <= \(sql: now) ORDER BY due_at, id LIMIT 10
        """
    }

    func run(in tx: Transaction) throws -> DeliveryClaim {
        for row in try tx.query(Self.dueStatement("\(tx.now)")) {
            let id = try row.uuid("id")
            let tries = try row.int("tries")
            let subscriptionID: ID<Subscription> = try row.id("subscription_id")
            let condition: SQL = """
                id = \(id) AND state = \(try row.text("state")) AND tries = \(tries) AND due_at <= \(tx.now)
                """
            let subscription = try tx.first(
                """
                SELECT \(sql: SubscriptionRecord.columns) FROM subscriptions WHERE id = \(subscriptionID)
                """)
            if let reason = try refusal(tries, subscription) {
                let ended = try tx.execute(
                    """
                    UPDATE subscription_deliveries SET state = 'gaveUp', due_at = NULL, reason = \(reason), \
                    finished_at = \(tx.now) WHERE \(sql: condition)
                    """)
                if ended == 1 { return .gaveUp }
                continue
            }
            guard let subscription else { continue }
            let won = try tx.execute(
                """
                UPDATE subscription_deliveries SET state = 'sending', tries = tries + 1, \
                due_at = \(tx.now.adding(ms: DeliverEvents.sendingMs)) WHERE \(sql: condition)
                """)
            guard won == 1 else { continue }
            return .take(
                ClaimedDelivery(
                    id: id, tries: tries + 1, takenAt: tx.now, body: try row.json("body"),
                    subscriptionID: subscriptionID,
                    subscriptionUpdatedAt: try subscription.time("updated_at"), subscription: subscription))
        }
        return .nothing
    }

    /// Why there is no use in another try; nil when there is.
    private func refusal(_ tries: Int, _ subscription: Row?) throws -> String? {
        guard let subscription else { return "subscriptionDeleted" }
        if try subscription.timeOrNil("disabled_at") != nil { return "subscriptionDisabled" }
        // Its senders died with it, again and again.
        return tries >= maximumTries ? "interrupted" : nil
    }
}
