import Domain
import MariaDB

/// Marks due rows as being sent, in the order of their index, without reading what is to be sent.
struct ClaimDue {
    /// A message that found no way out for so long is news no more.
    static let expiryMs: Int64 = 3 * 86_400_000
    /// Longer than any try can last.
    static let sendingMs: Int64 = 60_000
    /// Rows that are given up in one transaction.
    private static let refusedRows = 100

    let maximumTries: Int

    struct Result {
        var taken: [Delivery] = []
        var gaveUp = 0
    }

    func run(_ targets: [DueTarget], room: Int, in tx: Transaction) throws -> Result {
        var result = Result()
        for due in targets where result.taken.count < room {
            let limit = due.receiver.refusal == nil ? min(due.room, room - result.taken.count) : Self.refusedRows
            for row in try rows(of: due, limit, in: tx) { try claim(row, due, &result, in: tx) }
        }
        return result
    }

    private func rows(of due: DueTarget, _ limit: Int, in tx: Transaction) throws -> [Row] {
        try tx.query(
            """
            SELECT id, subject_id, tries, round_tries, COALESCE(round_at, created_at) AS round_at, created_at FROM deliveries WHERE state = \(due.state.rawValue) \
            AND target_id = \(due.target) AND topic = \(due.topic) AND due_at <= \(tx.now) \
            ORDER BY due_at, id LIMIT \(limit)
            """)
    }

    private func claim(_ row: Row, _ due: DueTarget, _ result: inout Result, in tx: Transaction) throws {
        let id = try row.uuid("id")
        let tries = try row.int("tries")
        let earlier = try row.int("round_tries")
        let roundAt = try row.time("round_at")
        // Another sender may have been here since the row was read.
        let condition: SQL = """
            id = \(id) AND state = \(due.state.rawValue) AND tries = \(tries) AND due_at <= \(tx.now)
            """
        if let refusal = due.receiver.refusal ?? self.refusal(tries - earlier, tx.now.milliseconds(since: roundAt)) {
            result.gaveUp += try tx.execute(
                """
                UPDATE deliveries SET state = 'gaveUp', due_at = NULL, reason = \(refusal.reason), \
                detail = \(refusal.detail), finished_at = \(tx.now) WHERE \(sql: condition)
                """)
            return
        }
        let won = try tx.execute(
            """
            UPDATE deliveries SET state = 'sending', tries = tries + 1, \
            due_at = \(tx.now.adding(ms: Self.sendingMs)) WHERE \(sql: condition)
            """)
        guard won == 1 else { return }
        result.taken.append(
            Delivery(
                id: id, project: due.project, kind: due.kind, target: due.target,
                subject: try row.uuidOrNil("subject_id"), topic: due.topic, tries: tries + 1,
                tryOfRound: tries + 1 - earlier, takenAt: tx.now, createdAt: try row.time("created_at"),
                host: due.receiver.host))
    }

    private func refusal(_ tries: Int, _ ageMs: Int64) -> Receiver.Refusal? {
        // Its senders died with it, again and again.
        if tries >= maximumTries {
            return Receiver.Refusal(reason: "interrupted", detail: "The sender was interrupted \(tries) times.")
        }
        guard ageMs > Self.expiryMs else { return nil }
        return Receiver.Refusal(reason: "expired", detail: "Nobody took it for three days.")
    }
}
