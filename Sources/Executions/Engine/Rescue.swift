import Domain
import Feed
import MariaDB
import Wire

/// Finds what time has overtaken: lost sessions, offers nobody took, deadlines, cancel graces, due retries.
///
/// Runs on the engine thread; one statement looks, then each item is re-checked under its lock in a transaction of its
/// own. An item that fails is set aside: it holds up nobody.
struct Rescue {
    /// A scheduler that was deaf this long first renews every lease, so that its own outage costs no attempt.
    static let deafMs: Int64 = 5000
    static let batchLimit = 100
    /// Time brings nothing new within less: passes of a busy engine share one look.
    static let lookMs: Int64 = 100

    /// What one pass found.
    struct Found {
        /// Executions that became ready.
        var ready: [ID<Execution>] = []
        /// Whether something is held or due soon, so that time alone may bring work.
        var isWaiting = false
        /// Whether this pass looked at all.
        var hasLooked = false
    }

    private let pool: Pool
    private var lastPassMs: Int64?
    private var lastLook: (atMs: Int64, isWaiting: Bool)?

    init(pool: Pool) { self.pool = pool }

    mutating func reset() {
        lastPassMs = nil
        lastLook = nil
    }

    mutating func runOnce(
        _ lease: LeaderLease, _ setAside: inout SetAside, monotonicMs: Int64
    ) throws -> Found {
        if lastPassMs.map({ monotonicMs - $0 > Rescue.deafMs }) ?? true { try forgive(lease) }
        lastPassMs = monotonicMs
        if let lastLook, monotonicMs - lastLook.atMs < Rescue.lookMs { return Found(isWaiting: lastLook.isWaiting) }
        let overtaken = try Overtaken.read(pool, limit: Rescue.batchLimit + setAside.count)
        lastLook = (monotonicMs, overtaken.isWaiting)
        var found = Found(isWaiting: overtaken.isWaiting, hasLooked: true)
        for id in overtaken.sessions {
            found.ready +=
                try setAside.attempt("session:\(id)", monotonicMs: monotonicMs) { try endSession(id, lease) } ?? []
        }
        for (kind, id) in overtaken.items {
            let isReady = try setAside.attempt(Engine.item(id), monotonicMs: monotonicMs) {
                try apply(kind, id, lease)
            }
            if isReady == true { found.ready.append(id) }
        }
        return found
    }

    private func forgive(_ lease: LeaderLease) throws {
        try pool.transaction { tx in
            try lease.touch(tx)
            try tx.execute(
                """
                UPDATE agent_sessions SET lease_until = GREATEST(lease_until, \(tx.now.adding(ms: BeatTiming.busy.leaseMs + 1000)))
                WHERE ended_at IS NULL
                """)
        }
    }

    /// - Returns: what the session held.
    private func endSession(_ session: ID<AgentSession>, _ lease: LeaderLease) throws -> [ID<Execution>] {
        try pool.transaction { tx in
            try lease.touch(tx)
            guard
                let row = try tx.first(
                    """
                    SELECT s.agent_id, s.project_id, a.name FROM agent_sessions s JOIN agents a ON a.id = s.agent_id
                    WHERE s.id = \(session) AND s.ended_at IS NULL AND s.lease_until < \(tx.now) FOR UPDATE
                    """)
            else { return [] }
            let held: [ID<Execution>] = try tx.query(
                "SELECT execution_id FROM work_items WHERE session_id = \(session)"
            ).map { try $0.id("execution_id") }
            var journal = Journal()
            try EndSession.apply(session, &journal, tx)
            journal.addFact(
                .agentOffline, project: try row.idOrNil("project_id"),
                body: ["agent": .string(try row.text("agent_id")), "name": .string(try row.text("name"))], at: tx.now)
            try journal.write(tx)
            return held
        }
    }

    /// - Returns: whether the item became ready.
    private func apply(_ kind: Overtaken.Kind, _ id: ID<Execution>, _ lease: LeaderLease) throws -> Bool {
        try pool.transaction { tx in
            try lease.touch(tx)
            guard var item = try WorkItemRow.lock(id, where: kind.condition, tx) else { return false }
            var journal = Journal()
            try apply(kind, &item, &journal, tx)
            try journal.write(tx)
            return item.state == .ready
        }
    }

    private func apply(
        _ kind: Overtaken.Kind, _ item: inout WorkItemRow, _ journal: inout Journal, _ tx: Transaction
    ) throws {
        switch kind {
        case .offer:
            if let session = item.session {
                try tx.execute("UPDATE agent_sessions SET offer_expired = TRUE WHERE id = \(session)")
            }
            try WorkItemWriter.apply(.offerExpired, to: &item, &journal, tx)
        case .due: try WorkItemWriter.apply(.due, to: &item, &journal, tx)
        case .overdue:
            var execution = try ExecutionRow.lock(item.execution, tx)
            let ending = EndAttempt.Ending(
                verdict: .timeout,
                error: (
                    ExecutionErrorCode.executionTimeout.rawValue,
                    "The run did not end within its time-out and its agent did not stop it."
                ))
            try EndAttempt.apply(ending, &item, &execution, &journal, tx)
        }
    }
}
