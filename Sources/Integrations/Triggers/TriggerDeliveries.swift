package import Domain
package import MariaDB

/// The log of what reached a trigger: read, looked into, and taken up again.
package struct TriggerDeliveries: Sendable {
    /// Longer payloads are not kept, so they cannot be looked into or taken up again.
    static let maximumPayloadBytes = 262_144
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// Newest first; `before` is the place of the last one of the page before.
    package func list(
        of id: ID<Trigger>, project: ID<Project>, before: Place? = nil, limit: Int
    ) throws -> [TriggerDeliveryRecord] {
        var condition: SQL = "trigger_id = \(id) AND project_id = \(project)"
        if let before {
            condition += " AND (received_at, delivery) < (\(before.receivedAt), \(before.delivery))"
        }
        let rows = try pool.read { connection in
            try connection.query(
                """
                SELECT \(sql: TriggerDeliveryRecord.columns) FROM trigger_deliveries WHERE \(sql: condition)
                ORDER BY received_at DESC, delivery DESC LIMIT \(limit)
                """)
        }
        return try rows.map { try TriggerDeliveryRecord($0) }
    }

    /// Where a page of the log ends.
    package struct Place: Sendable {
        let receivedAt: Timestamp
        let delivery: String

        package init(receivedAt: Timestamp, delivery: String) {
            self.receivedAt = receivedAt
            self.delivery = delivery
        }
    }

    /// One of the log with what came; the payload is nil when it was not kept.
    ///
    /// - Throws: `IntegrationsError.notFound`.
    package func get(
        _ delivery: String, of id: ID<Trigger>, project: ID<Project>
    ) throws -> (record: TriggerDeliveryRecord, payload: String?) {
        let row = try pool.read { connection in
            try connection.first(
                """
                SELECT \(sql: TriggerDeliveryRecord.columns), payload FROM trigger_deliveries
                WHERE trigger_id = \(id) AND project_id = \(project) AND delivery = \(delivery)
                """)
        }
        guard let row else { throw IntegrationsError.notFound }
        let payload = try row.bytesOrNil("payload").map { String(decoding: $0, as: UTF8.self) }
        return (try TriggerDeliveryRecord(row), payload)
    }

    /// Decides anew, by what the trigger says now, about something that started nothing.
    ///
    /// - Returns: what `ReceiveHook.receive` would: start it and record that, or why nothing is to be started.
    /// - Throws: `IntegrationsError.notFound`, `.refused` for what started a run or was not kept.
    package func takeUp(_ delivery: String, of id: ID<Trigger>, project: ID<Project>) throws -> HookOutcome {
        try pool.transaction { tx in
            let trigger = try Triggers.get(id, project, in: tx)
            guard
                let row = try tx.first(
                    """
                    SELECT event, state, payload FROM trigger_deliveries
                    WHERE trigger_id = \(id) AND delivery = \(delivery) FOR UPDATE
                    """)
            else { throw IntegrationsError.notFound }
            let state: TriggerDeliveryState = try row.value("state")
            guard state != .started else { throw IntegrationsError.refused("It has started a run.") }
            guard let payload = try row.bytesOrNil("payload") else {
                throw IntegrationsError.refused("What it brought was not kept.")
            }
            let (outcome, reason) = ReceiveHook.decision(
                trigger, event: try row.text("event"), delivery: delivery, body: payload)
            try tx.execute(
                """
                UPDATE trigger_deliveries SET state = \(reason == nil ? "accepted" : "ignored"),
                  reason = \(reason?.cut(codePoints: 255)) WHERE trigger_id = \(id) AND delivery = \(delivery)
                """)
            return outcome
        }
    }
}
