import Domain
package import MariaDB
package import Wire

/// One heartbeat: renews the lease and compares what the agent holds with what it owns.
package struct Beat: Sendable {
    /// A running item younger than this is not missed: its accept may still be on the way.
    static let missAfterMs: Int64 = 5000

    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// - Throws: `ExecutionFault.sessionEnded` when the session is not the agent's current one.
    package func beat(_ request: HeartbeatRequest, by caller: AgentCaller) throws -> HeartbeatResponse {
        try pool.transaction { tx in
            let owned = try tx.query(
                """
                SELECT w.execution_id, w.fence, w.state, w.offered_until, w.accepted_at, w.inventory_misses, w.cancel_requested_at,
                  e.name, e.cancel_reason
                FROM work_items w JOIN executions e ON e.id = w.execution_id
                WHERE w.session_id = \(caller.session) AND w.state IN ('offered', 'running')
                """
            ).map(Owned.init)
            // What was accepted since the agent wrote its inventory keeps the lease short too.
            let isBusy = !request.inventory.isEmpty || owned.contains { $0.state == .running }
            let timing = isBusy ? BeatTiming.busy : BeatTiming.idle
            let rows = try tx.execute(
                """
                UPDATE agent_sessions SET last_beat_at = \(tx.now), offer_expired = FALSE,
                  lease_until = \(tx.now.adding(ms: timing.leaseMs))
                WHERE id = \(caller.session) AND agent_id = \(caller.agent) AND ended_at IS NULL
                """)
            guard rows == 1,
                let session = try tx.first("SELECT draining FROM agent_sessions WHERE id = \(caller.session)")
            else { throw ExecutionFault.sessionEnded }
            try countMisses(owned, request, tx)
            return reply(owned, request, timing, draining: try session.bool("draining"))
        }
    }

    private struct Owned {
        let holding: Holding
        let state: WorkItemState
        let offeredUntil: Timestamp?
        let acceptedAt: Timestamp?
        let misses: Int
        let cancelRequested: Bool
        let name: String
        let cancelReason: String?

        init(_ row: Row) throws {
            holding = Holding(execution: try row.id("execution_id"), fence: try row.int("fence"))
            state = try row.value("state")
            offeredUntil = try row.timeOrNil("offered_until")
            acceptedAt = try row.timeOrNil("accepted_at")
            misses = try row.int("inventory_misses")
            cancelRequested = try row.timeOrNil("cancel_requested_at") != nil
            name = try row.text("name")
            cancelReason = try row.textOrNil("cancel_reason")
        }
    }

    /// Two beats without a running item the session should hold: the attempt is lost.
    private func countMisses(_ owned: [Owned], _ request: HeartbeatRequest, _ tx: Transaction) throws {
        let held = Set(request.inventory)
        var journal = Journal()
        for item in owned.sorted(by: { $0.holding.execution < $1.holding.execution }) where item.state == .running {
            let isMissing =
                !held.contains(item.holding) && (item.acceptedAt ?? tx.now).adding(ms: Beat.missAfterMs) < tx.now
            if isMissing, item.misses >= 1 {
                guard var row = try WorkItemRow.lock(item.holding.execution, tx), row.fence == item.holding.fence else {
                    continue
                }
                var execution = try ExecutionRow.lock(item.holding.execution, tx)
                guard row.state == .running else { continue }
                try EndAttempt.lose(&row, &execution, &journal, tx)
                if row.state == .ready { try QueueFact.ready(&execution, &journal, tx) }
            } else if isMissing || item.misses > 0 {
                try tx.execute(
                    """
                    UPDATE work_items SET inventory_misses = \(isMissing ? 1 : 0)
                    WHERE execution_id = \(item.holding.execution) AND fence = \(item.holding.fence)
                    """)
            }
        }
        try journal.write(tx)
    }

    private func reply(
        _ owned: [Owned], _ request: HeartbeatRequest, _ timing: (beatMs: Int64, leaseMs: Int64), draining: Bool
    ) -> HeartbeatResponse {
        let running = Set(owned.filter { $0.state == .running }.map(\.holding))
        let offers = owned.filter { $0.state == .offered }.compactMap { item in
            item.offeredUntil.map {
                Offer(execution: item.holding.execution, fence: item.holding.fence, name: item.name, offeredUntil: $0)
            }
        }
        return HeartbeatResponse(
            drop: request.inventory.filter { !running.contains($0) },
            cancel: owned.filter { $0.cancelRequested && $0.state == .running }.map {
                CancelOrder(execution: $0.holding.execution, fence: $0.holding.fence, reason: $0.cancelReason)
            },
            offers: request.streamOpen ? [] : offers, drain: draining,
            beatMs: request.streamOpen ? timing.beatMs : 1000, leaseMs: timing.leaseMs)
    }
}
