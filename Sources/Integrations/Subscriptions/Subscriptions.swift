import Deliveries
package import Domain
package import MariaDB
import Transfer

/// The subscriptions of a project: read, made, changed and removed; and the log of their deliveries.
package struct Subscriptions: Sendable {
    private let pool: Pool
    private let vault: SubscriptionVault

    package init(pool: Pool, sealing: Sealing) {
        self.pool = pool
        vault = SubscriptionVault(sealing: sealing)
    }

    /// The project a subscription belongs to; for the permission check of paths that name no project.
    /// - Throws: `IntegrationsError.notFound`.
    package func project(of id: ID<Subscription>) throws -> ID<Project> {
        let row = try pool.read { try $0.first("SELECT project_id FROM subscriptions WHERE id = \(id)") }
        guard let row else { throw IntegrationsError.notFound }
        return try row.id("project_id")
    }

    /// Newest first; `before` is the last id of the page before.
    package func list(
        project: ID<Project>, before: ID<Subscription>? = nil, limit: Int
    ) throws -> [SubscriptionRecord] {
        var sql: SQL = "SELECT \(sql: SubscriptionRecord.columns) FROM subscriptions WHERE project_id = \(project)"
        if let before { sql += " AND id < \(before)" }
        sql += " ORDER BY id DESC LIMIT \(limit)"
        return try pool.read { try $0.query(sql) }.map { try SubscriptionRecord($0, vault) }
    }

    /// - Throws: `IntegrationsError.notFound`.
    package func get(_ id: ID<Subscription>, project: ID<Project>) throws -> SubscriptionRecord {
        try pool.read { try get(id, project, in: $0) }
    }

    /// Events from now on are delivered.
    /// - Throws: `IntegrationsError.invalid`, `.nameTaken`.
    package func create(
        _ draft: SubscriptionDraft, project: ID<Project>, in tx: Transaction
    ) throws -> SavedSubscription {
        try Self.check(draft)
        let id = ID<Subscription>(at: tx.now)
        let target = SubscriptionTarget(
            url: draft.url, secret: draft.secret.flatMap(WebhookSecret.init) ?? WebhookSecret.random())
        let sealed = try vault.seal(target, for: id)
        try withUniqueName {
            try tx.execute(
                """
                INSERT INTO subscriptions (id, project_id, name, target, events, filter, created_at, updated_at) \
                VALUES (\(id), \(project), \(draft.name), \(sealed), \(Self.json(draft.events)), \
                \(draft.filter.json), \(tx.now), \(tx.now))
                """)
        }
        return SavedSubscription(
            record: try get(id, project, in: tx), newSecret: draft.secret == nil ? target.secret.text : nil)
    }

    /// Replaces the subscription and enables it again; without a secret it keeps the one it has.
    /// - Throws: `IntegrationsError.notFound`, `.invalid`, `.nameTaken`, `.versionMismatch`.
    package func update(
        _ id: ID<Subscription>, _ draft: SubscriptionDraft, ifMatch: VersionMatch = .any, project: ID<Project>,
        in tx: Transaction
    ) throws -> SavedSubscription {
        try Self.check(draft)
        let row = try Self.locked(id, ifMatch, project, in: tx)
        let secret = try draft.secret.flatMap(WebhookSecret.init) ?? vault.target(row).secret
        let sealed = try vault.seal(SubscriptionTarget(url: draft.url, secret: secret), for: id)
        try withUniqueName {
            try tx.execute(
                """
                UPDATE subscriptions SET name = \(draft.name), target = \(sealed), \
                events = \(Self.json(draft.events)), filter = \(draft.filter.json), failing_since = NULL, \
                failures = 0, disabled_at = NULL, disabled_reason = NULL, updated_at = \(tx.now), version = version + 1 \
                WHERE id = \(id) AND project_id = \(project)
                """)
        }
        return SavedSubscription(record: try get(id, project, in: tx), newSecret: nil)
    }

    /// Replaces the secret by a random one, from the next try on.
    /// - Returns: the secret, to be shown this once.
    /// - Throws: `IntegrationsError.notFound`.
    package func rotateSecret(_ id: ID<Subscription>, project: ID<Project>, in tx: Transaction) throws -> String {
        let row = try Self.locked(id, .any, project, in: tx)
        let target = SubscriptionTarget(url: try vault.target(row).url, secret: WebhookSecret.random())
        try tx.execute(
            "UPDATE subscriptions SET target = \(try vault.seal(target, for: id)), updated_at = \(tx.now) WHERE id = \(id)"
        )
        return target.secret.text
    }

    /// Sends something of the log again, under the same id.
    /// - Throws: `IntegrationsError.notFound`, `.refused` while it is on its way.
    package func sendAgain(
        _ delivery: UUIDv7, of id: ID<Subscription>, project: ID<Project>, in tx: Transaction
    ) throws {
        let kind = SubscriptionCourier.kind
        switch try SendAgain.run(delivery, kind: kind, project: project, target: id.uuid, in: tx) {
        case .queued: return
        case .unknown: throw IntegrationsError.notFound
        case .refused(let why): throw IntegrationsError.refused(why)
        }
    }

    /// Removes the subscription; deliveries still on their way are given up, the log stays until it is purged.
    /// - Throws: `IntegrationsError.notFound`, `.versionMismatch`.
    package func delete(
        _ id: ID<Subscription>, ifMatch: VersionMatch = .any, project: ID<Project>, in tx: Transaction
    ) throws {
        _ = try Self.locked(id, ifMatch, project, in: tx)
        try tx.execute("DELETE FROM subscriptions WHERE id = \(id) AND project_id = \(project)")
    }

    /// Switches the subscription off, or on again whatever switched it off; what happened in between is not sent.
    /// - Throws: `IntegrationsError.notFound`, `.versionMismatch`.
    package func disable(
        _ id: ID<Subscription>, _ isDisabled: Bool, ifMatch: VersionMatch = .any, project: ID<Project>,
        in tx: Transaction
    ) throws -> SubscriptionRecord {
        let row = try Self.locked(id, ifMatch, project, in: tx)
        if try (row.timeOrNil("disabled_at") != nil) != isDisabled {
            try tx.execute(
                """
                UPDATE subscriptions SET disabled_at = \(isDisabled ? tx.now : nil as Timestamp?), \
                disabled_reason = \(isDisabled ? "byHand" : nil as String?), failing_since = NULL, failures = 0, \
                updated_at = \(tx.now), version = version + 1 WHERE id = \(id) AND project_id = \(project)
                """)
        }
        return try get(id, project, in: tx)
    }

    private static func locked(
        _ id: ID<Subscription>, _ ifMatch: VersionMatch, _ project: ID<Project>, in tx: Transaction
    ) throws -> Row {
        let row = try tx.first(
            """
            SELECT \(sql: SubscriptionRecord.columns) FROM subscriptions \
            WHERE id = \(id) AND project_id = \(project) FOR UPDATE
            """)
        guard let row else { throw IntegrationsError.notFound }
        let current = try row.int("version")
        guard ifMatch.admits(current) else { throw IntegrationsError.versionMismatch(current: current) }
        return row
    }

    /// The log, newest first, each with its tries.
    package func deliveries(
        of id: ID<Subscription>, project: ID<Project>, before: UUIDv7? = nil, limit: Int
    ) throws -> [DeliveryRecord] {
        try pool.read { connection in
            var sql: SQL = """
                SELECT \(sql: DeliveryRecord.columns) FROM deliveries \
                WHERE target_id = \(id) AND project_id = \(project) AND kind = \(SubscriptionCourier.kind)
                """
            if let before { sql += " AND id < \(before)" }
            sql += " ORDER BY id DESC LIMIT \(limit)"
            var records = try connection.query(sql).map { try DeliveryRecord($0) }
            let attempts = try connection.query(
                """
                SELECT \(sql: DeliveryAttempt.columns) FROM delivery_attempts \
                WHERE delivery_id IN (\(list: records.map(\.id))) ORDER BY delivery_id, try
                """)
            var byDelivery: [UUIDv7: [DeliveryAttempt]] = [:]
            for row in attempts {
                byDelivery[try row.uuid("delivery_id"), default: []].append(try DeliveryAttempt(row))
            }
            for index in records.indices { records[index].attempts = byDelivery[records[index].id] ?? [] }
            return records
        }
    }

    private static func check(_ draft: SubscriptionDraft) throws {
        let faults = draft.faults
        if !faults.isEmpty { throw IntegrationsError.invalid(faults) }
    }

    private static func json(_ events: [String]) -> JSONValue { .array(events.map(JSONValue.string)) }

    private func get(
        _ id: ID<Subscription>, _ project: ID<Project>, in database: some Queries
    ) throws -> SubscriptionRecord {
        let row = try database.query(
            """
            SELECT \(sql: SubscriptionRecord.columns) FROM subscriptions WHERE id = \(id) AND project_id = \(project)
            """
        ).first
        guard let row else { throw IntegrationsError.notFound }
        return try SubscriptionRecord(row, vault)
    }
}
