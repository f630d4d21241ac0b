import Crypto
package import Domain
package import MariaDB

/// A run that a delivery asks for; the caller starts it with this idempotency key and records it.
package struct TriggeredStart: Equatable, Sendable {
    package let project: ID<Project>
    package let trigger: ID<Trigger>
    package let triggerName: String
    package let suite: String
    package let revision: TriggerRevision
    package let parameters: [String: JSONValue]
    package let environment: String?
    /// Derived from the delivery's id: a crash between start and record starts nothing twice. Its principal is the
    /// trigger.
    package let idempotencyKey: String
    package let delivery: String
}

/// What is to be answered to a delivery.
package enum HookOutcome: Equatable, Sendable {
    /// 404: no trigger has this key.
    case unknown
    /// 401: the signature is missing or wrong.
    case unauthorized
    /// 400 with this sentence.
    case malformed(String)
    /// 202: nothing to do, and why in a word.
    case ignored(String)
    /// Start it, then call `recordStarted` or `recordFailed`.
    case start(TriggeredStart)
    /// 200: this delivery started this run before; `first` is the delivery that did when this one has another id.
    case replayed(ID<Execution>, first: String?)
}

/// Takes deliveries of inbound webhooks. Nothing is kept of a delivery whose signature is wrong.
package struct ReceiveHook: Sendable {
    /// How long the same body under another delivery id is taken for the same delivery. Senders write the time and the
    /// commit into what they send, so an equal body is an old one that somebody sent again.
    package static let repeatWindowMs: Int64 = 7 * 86_400_000
    private let pool: Pool
    private let sealing: Sealing

    package init(pool: Pool, sealing: Sealing) {
        self.pool = pool
        self.sealing = sealing
    }

    /// - Parameters:
    ///   - header: looks a header up in any case.
    ///   - remote: address of the caller, for the log.
    /// - Throws: `DatabaseError`, what `Sealing.open` throws. Blocks.
    package func receive(
        key: String, header: (String) -> String?, body: [UInt8], remote: String
    ) throws -> HookOutcome {
        guard (1...64).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) else { return .unknown }
        let row = try pool.read { connection in
            try connection.first(
                """
                SELECT \(sql: TriggerRecord.columns), (SELECT p.archived_at FROM projects p WHERE p.id = project_id) archived_at
                FROM triggers WHERE trigger_key = \(key)
                """)
        }
        guard let row else { return .unknown }
        let trigger = try TriggerRecord(row)
        let delivery = GitHubDelivery(header: header, body: body)
        let secret = try sealing.open(try row.bytes("secret"), TriggerSecret.context(trigger.id))
        guard delivery.isSigned(with: secret) else { return .unauthorized }
        guard delivery.hasUsableID else { return .malformed("The header X-GitHub-Delivery is missing or not an id.") }
        let plan = Plan(trigger, delivery, isArchived: try row.timeOrNil("archived_at") != nil)
        if case .malformed(let sentence) = plan { return .malformed(sentence) }
        return try pool.transaction { tx in
            try Self.settle(plan, trigger, delivery, remote: remote.cut(codePoints: 64), in: tx)
        }
    }

    /// The run is started: a redelivery from now on is answered with it.
    /// - Throws: `IntegrationsError.notFound` when no such delivery was accepted.
    package func recordStarted(_ start: TriggeredStart, execution: ID<Execution>) throws {
        try pool.transaction { try recordStarted(start, execution: execution, in: $0) }
    }

    /// The same in the transaction that starts the run.
    package func recordStarted(_ start: TriggeredStart, execution: ID<Execution>, in tx: Transaction) throws {
        let found = try tx.execute(
            """
            UPDATE trigger_deliveries SET state = 'started', reason = NULL, execution_id = \(execution) \
            WHERE trigger_id = \(start.trigger) AND delivery = \(start.delivery) \
            AND (state <> 'started' OR execution_id = \(execution))
            """)
        guard found == 1 else { throw IntegrationsError.notFound }
    }

    /// The run could not be started (no such suite, for instance); a redelivery tries again.
    package func recordFailed(_ start: TriggeredStart, reason: String) throws {
        _ = try pool.transaction { tx in
            try tx.execute(
                """
                UPDATE trigger_deliveries SET state = 'failed', reason = \(reason.cut(codePoints: 255)) \
                WHERE trigger_id = \(start.trigger) AND delivery = \(start.delivery) AND state <> 'started'
                """)
        }
    }

    /// What the trigger makes of a delivery that is taken up again, and why it starts nothing.
    static func decision(
        _ trigger: TriggerRecord, event: String, delivery id: String, body: [UInt8]
    ) -> (outcome: HookOutcome, reason: String?) {
        let headers = ["X-GitHub-Event": event, "X-GitHub-Delivery": id]
        let plan = Plan(trigger, GitHubDelivery(header: { headers[$0] }, body: body))
        if case .start(let revision) = plan { return (.start(start(trigger, id, revision)), nil) }
        let reason = plan.reason ?? "malformed"
        return (.ignored(reason), reason)
    }

    private static func settle(
        _ plan: Plan, _ trigger: TriggerRecord, _ delivery: GitHubDelivery, remote: String, in tx: Transaction
    ) throws -> HookOutcome {
        // Two copies, of one id or of two, wait here for each other: the second sees the row of the first.
        guard try tx.first("SELECT id FROM triggers WHERE id = \(trigger.id) FOR UPDATE") != nil else {
            return .unknown
        }
        let known = try find("delivery = \(delivery.delivery)", trigger, tx)
        if case .start(let revision) = plan, known == nil || known?.state == .ignored,
            let first = try firstOfSameBody(trigger, delivery, tx)
        {
            try keep(delivery, trigger, .ignore("same body as \(first.delivery)", revision), remote: remote, tx)
            if let execution = first.execution { return .replayed(execution, first: first.delivery) }
            return .start(start(trigger, first.delivery, revision))
        }
        guard let known else {
            try keep(delivery, trigger, plan, remote: remote, tx)
            if case .start(let revision) = plan { return .start(start(trigger, delivery.delivery, revision)) }
            return .ignored(plan.reason ?? "")
        }
        switch (known.state, plan) {
        case (.started, _): return known.execution.map { HookOutcome.replayed($0, first: nil) } ?? .unknown
        case (.ignored, _): return .ignored(known.reason ?? "")
        case (.accepted, .start(let revision)), (.failed, .start(let revision)):
            return .start(start(trigger, delivery.delivery, revision))
        // The trigger's filter can have changed since the delivery was accepted.
        case (.accepted, _), (.failed, _): return .ignored(plan.reason ?? "")
        }
    }

    private struct Known {
        let delivery: String
        let state: TriggerDeliveryState
        let reason: String?
        let execution: ID<Execution>?
    }

    private static func find(_ condition: SQL, _ trigger: TriggerRecord, _ tx: Transaction) throws -> Known? {
        let row = try tx.first(
            """
            SELECT delivery, state, reason, execution_id FROM trigger_deliveries
            WHERE trigger_id = \(trigger.id) AND \(sql: condition)
            """)
        return try row.map { row in
            Known(
                delivery: try row.text("delivery"), state: try row.value("state"), reason: try row.textOrNil("reason"),
                execution: try row.idOrNil("execution_id"))
        }
    }

    private static func firstOfSameBody(
        _ trigger: TriggerRecord, _ delivery: GitHubDelivery, _ tx: Transaction
    ) throws -> Known? {
        let since = tx.now.adding(ms: -repeatWindowMs)
        return try find(
            """
            body_sha256 = \(delivery.bodySHA256) AND received_at > \(since) AND delivery <> \(delivery.delivery)
            AND state <> 'ignored' ORDER BY received_at LIMIT 1
            """, trigger, tx)
    }

    private static func keep(
        _ delivery: GitHubDelivery, _ trigger: TriggerRecord, _ plan: Plan, remote: String, _ tx: Transaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO trigger_deliveries (trigger_id, delivery, project_id, event, branch, commit_id, state, reason, \
            remote, received_at, body_sha256, payload) VALUES (\(trigger.id), \(delivery.delivery), \(trigger.project), \
            \(delivery.event.cut(codePoints: 64)), \(plan.revision?.branch ?? ""), \(plan.revision?.commit ?? ""), \
            \(plan.isStart ? "accepted" : "ignored"), \(plan.reason.sqlValue), \(remote), \(tx.now), \
            \(delivery.bodySHA256), \(delivery.kept.sqlValue)) ON DUPLICATE KEY UPDATE delivery = delivery
            """)
    }

    /// - Parameter id: of the delivery the run belongs to: the first of those with one body.
    private static func start(_ trigger: TriggerRecord, _ id: String, _ revision: TriggerRevision) -> TriggeredStart {
        let digest = SHA256.hash(data: Array("\(trigger.id)/\(id)".utf8))
        let hex = digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
        return TriggeredStart(
            project: trigger.project, trigger: trigger.id, triggerName: trigger.name, suite: trigger.suite,
            revision: revision, parameters: trigger.parameters, environment: trigger.environment,
            idempotencyKey: "hook-" + hex, delivery: id)
    }
}

/// What a trigger makes of a verified delivery.
private enum Plan {
    case start(TriggerRevision)
    /// Why, and what it was about as far as that was read.
    case ignore(String, TriggerRevision?)
    case malformed(String)

    /// - Parameter isArchived: whether the trigger's project is put away.
    init(_ trigger: TriggerRecord, _ delivery: GitHubDelivery, isArchived: Bool = false) {
        guard trigger.events.contains(delivery.event) else {
            self = .ignore(delivery.event == "ping" ? "ping" : "event", delivery.content.revision)
            return
        }
        switch delivery.content {
        case .malformed(let sentence): self = .malformed(sentence)
        case .nothing(let reason): self = .ignore(reason, nil)
        case .revision(let revision):
            if isArchived {
                self = .ignore("projectArchived", revision)
            } else if trigger.disabledAt != nil {
                self = .ignore("disabled", revision)
            } else {
                self =
                    BranchGlob(trigger.branch).matches(revision.branch)
                    ? .start(revision) : .ignore("branch", revision)
            }
        }
    }

    var isStart: Bool { if case .start = self { true } else { false } }

    var revision: TriggerRevision? {
        switch self {
        case .start(let revision): revision
        case .ignore(_, let revision): revision
        case .malformed: nil
        }
    }

    var reason: String? { if case .ignore(let reason, _) = self { reason } else { nil } }
}
